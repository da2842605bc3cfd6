import './palette.css'
import { lazy, Suspense, useEffect } from 'react'

const Palette = lazy(() => import('./palette.tsx'))
const KeysHelp = lazy(() => import('./keys-help.tsx'))

/** What lies above the page now, if anything does. */
export type Above = 'palette' | 'keys' | undefined

/** Opens the palette with Ctrl+K (⌘K) and the help about keys with `?`, wherever one is but in a field that takes text. Neither is loaded before. */
export function PaletteKeys({ shown, onShow }: { readonly shown: Above; readonly onShow: (above: Above) => void }) {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.isComposing || event.altKey) return
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault()
        onShow(shown === 'palette' ? undefined : 'palette')
      } else if (event.key === '?' && !event.ctrlKey && !event.metaKey && !takesText(event.target)) {
        event.preventDefault()
        onShow('keys')
      }
    }
    window.addEventListener('keydown', press)
    return () => window.removeEventListener('keydown', press)
  }, [shown, onShow])
  const close = () => onShow(undefined)
  return (
    <Suspense fallback={null}>
      {shown === 'palette' && <Palette opened close={close} showKeys={() => onShow('keys')} />}
      {shown === 'keys' && <KeysHelp opened close={close} />}
    </Suspense>
  )
}

function takesText(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches('input, textarea, select'))
}
