import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

const folder = (path: string) => new URL(path, import.meta.url).pathname

/** Builds the dashboard into `dashboard/dist`; its development server asks a gateway on port 8080. */
export default defineConfig({
  root: folder('.'),
  plugins: [react()],
  build: {
    outDir: folder('dist'),
    emptyOutDir: true,
    target: 'es2023',
    // MapLibre is over a megabyte by itself and stands in its own file, fetched only where a map is shown.
    chunkSizeWarningLimit: 1_200,
    // Nothing inline: the content security policy forbids data: scripts, and small files cost little over one connection.
    assetsInlineLimit: 0,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: 'maplibre', test: /node_modules[\\/](maplibre-gl|@maplibre|@mapbox)/ },
            { name: 'mantine', test: /node_modules[\\/](@mantine|@floating-ui|react-remove-scroll|react-number-format)/ },
          ],
        },
      },
    },
  },
  server: {
    proxy: {
      '/api': 'http://127.0.0.1:8080',
      '/mqtt': { target: 'ws://127.0.0.1:8080', ws: true },
    },
  },
})
