import { Button } from '@mantine/core'
import { useSearchParams } from 'react-router'
import { viewFrom } from '../map/url-state.ts'
import { tokens } from '../theme/tokens.ts'
import { useTableTexts } from './table-texts.ts'
import { viewBox } from './view-box.ts'

/** Narrows a table to the part of the map one came from, where the address tells it, and lets go of it again. */
export function ViewButton({ bbox, onChange }: { readonly bbox: string; readonly onChange: (bbox: string) => void }) {
  const texts = useTableTexts()
  const [parameters] = useSearchParams()
  const view = viewFrom(parameters)
  if (bbox !== '') {
    return (
      <Button size="sm" variant="light" title={texts.everywhere} onClick={() => onChange('')}>
        {texts.inView}
      </Button>
    )
  }
  if (view === undefined) return null
  // The map's size: all beside the header, and beside the rail where there is one.
  const width = window.innerWidth - (window.innerWidth > tokens.phoneWidth ? tokens.railWidth : 0)
  return (
    <Button size="sm" variant="default" onClick={() => onChange(viewBox(view, width, window.innerHeight - tokens.headerHeight))}>
      {texts.onlyInView}
    </Button>
  )
}
