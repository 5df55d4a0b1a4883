import { defineConfig } from "vite";

export default defineConfig({
  build: {
    outDir: "../cityroute_dashboard/static",
    emptyOutDir: true,
    // The policy forbids data: scripts and inline styles, so every asset stays a file.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1500,
    target: "es2022",
  },
});
