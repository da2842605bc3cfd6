import '@mantine/core/styles.css'
import './app.css'
import './shell/shell.css'
import './shell/pages.css'
import './map/map.css'
import './map/legend.css'
import './map/overlay.css'
import './map/tools.css'
import './map/wall.css'
import './devices/panel.css'
import './theme/contrast.css'
import { MantineProvider } from '@mantine/core'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { BrowserRouter } from 'react-router'
import { mayRetry } from './api/api-problem.ts'
import { App } from './app.tsx'
import { FormatProvider } from './format/format-provider.tsx'
import { LanguageProvider } from './i18n/language-provider.tsx'
import { createServices, ServicesProvider } from './services.tsx'
import { ContrastProvider } from './theme/contrast.tsx'
import { cssVariables, theme } from './theme/theme.ts'

const queries = new QueryClient({
  defaultOptions: { queries: { retry: (failures, error) => failures < 2 && mayRetry(error), staleTime: 1_000 } },
})
const root = document.getElementById('root')
if (root) {
  createRoot(root).render(
    <StrictMode>
      <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
        <ServicesProvider services={createServices()}>
          <QueryClientProvider client={queries}>
            <LanguageProvider>
              <ContrastProvider>
                <FormatProvider>
                  <BrowserRouter>
                    <App />
                  </BrowserRouter>
                </FormatProvider>
              </ContrastProvider>
            </LanguageProvider>
          </QueryClientProvider>
        </ServicesProvider>
      </MantineProvider>
    </StrictMode>,
  )
}
