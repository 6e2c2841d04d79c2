// The citizens' window, which runs in the iframe; the script that puts it on a page is ../widget-loader.vite.config.ts.
import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin } from "vite";

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

export default defineConfig({
  root: here("."),
  base: "/widget/",
  publicDir: false,
  plugins: [tidyTemplates],
  build: {
    outDir: here("../../assistant/web/widget"),
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: { app: here("src/app/main.ts") },
      // Fixed names: the page that names them is written by the server.
      output: { entryFileNames: "app.js", chunkFileNames: "assets/[name]-[hash].js", assetFileNames: "[name][extname]" },
    },
  },
});
