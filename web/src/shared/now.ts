/** One ticking clock for every chip of a page: a timer each would wake the machine hundreds of times a second. */
import { ref } from "vue";

export const now = ref(Date.now());
window.setInterval(() => {
  if (!document.hidden) now.value = Date.now();
}, 1000);
document.addEventListener("visibilitychange", () => (now.value = Date.now()));
