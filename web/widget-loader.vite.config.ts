// `/widget.js`: one classic script for any page.
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: here("./widget"),
  publicDir: false,
  build: {
    outDir: here("../assistant/web/loader"),
    emptyOutDir: true,
    target: "es2020",
    lib: { entry: here("./widget/src/loader/main.ts"), formats: ["iife"], name: "hotlineLoader", fileName: () => "loader.js" },
  },
});
