// Two builds: the loader is one classic script for any page; the application runs in the iframe as a module.
import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin, type UserConfig } from "vite";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
// In minified code a line break with an indent stands in a template only, where it means a space.
const tidyTemplates: Plugin = {
  name: "tidy-templates",
  generateBundle(_, bundle) {
    for (const file of Object.values(bundle)) {
      if (file.type === "chunk") file.code = file.code.replace(/\n {2,}/g, " ").replace(/> (?=<\w)/g, ">");
    }
  },
};

const common: UserConfig = { root: here("."), base: "/widget/", publicDir: false, plugins: [tidyTemplates] };
const outDir = here("../../assistant/web/widget");

const loader: UserConfig = {
  ...common,
  build: {
    outDir,
    emptyOutDir: false,
    target: "es2020",
    lib: { entry: here("src/loader/main.ts"), formats: ["iife"], name: "hotlineLoader", fileName: () => "loader.js" },
  },
};

const app: UserConfig = {
  ...common,
  build: {
    outDir,
    emptyOutDir: false,
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: { app: here("src/app/main.ts") },
      // Fixed names: the page that names them is written by the server.
      output: { entryFileNames: "app.js", chunkFileNames: "assets/[name]-[hash].js", assetFileNames: "[name][extname]" },
    },
  },
};

export default defineConfig(({ mode }) => (mode === "loader" ? loader : app));
