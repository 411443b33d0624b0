import { defineConfig } from 'vitest/config'

const server = process.env.ASSAY_DEV_SERVER ?? 'http://127.0.0.1:8420'
// The browser's Origin must be the server's own, or its cross-origin guard refuses every write.
const proxy = { target: server, changeOrigin: true, headers: { origin: server } }

export default defineConfig({
  // No preset: it brings Babel and hot-swapping of hooks, and neither is needed to build Preact.
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    target: 'es2022',
    sourcemap: false,
    // The server's content security policy knows no data: addresses for scripts, styles and fonts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 400,
  },
  server: {
    host: '127.0.0.1',
    proxy: { '/api': proxy, '/objects': proxy },
  },
  test: {
    environment: 'jsdom',
    include: ['src/**/*.test.{ts,tsx}'],
    setupFiles: ['src/test.setup.ts'],
    restoreMocks: true,
  },
})
