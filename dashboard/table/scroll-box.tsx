import type { ReactNode, Ref } from 'react'

/** A box that scrolls what is larger than it, by keyboard too. */
export function ScrollBox(props: {
  readonly label: string
  readonly className: string
  /** Whether what is in it is being fetched. */
  readonly busy?: boolean
  readonly ref?: Ref<HTMLDivElement>
  readonly children: ReactNode
}) {
  const { label, className, busy, ref, children } = props
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: without a place in the order of the keys a box can be scrolled by pointer alone (WCAG 2.2, 2.1.1)
    <section className={className} ref={ref} tabIndex={0} aria-label={label} aria-busy={busy}>
      {children}
    </section>
  )
}
