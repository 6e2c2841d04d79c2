import { createApp } from "vue";
import App from "@/App.vue";
import { router } from "@/router";
import { applyTheme } from "@/shared/theme";
import "@/shared/tokens.css";
import "@/shared/base.css";

applyTheme();
createApp(App).use(router).mount("#app");
