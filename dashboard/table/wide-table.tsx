import { Table } from '@mantine/core'
import type { ReactNode } from 'react'

/** A box around a table that is wider than a phone: it scrolls sideways, by keyboard too (WCAG 2.2, 2.1.1). `minWidth`: CSS pixels below which the table does not shrink. */
export function WideTable({ label, minWidth, children }: { readonly label: string; readonly minWidth: number; readonly children: ReactNode }) {
  return (
    <Table.ScrollContainer minWidth={minWidth} scrollAreaProps={{ viewportProps: { tabIndex: 0, role: 'region', 'aria-label': label } }}>
      {children}
    </Table.ScrollContainer>
  )
}
