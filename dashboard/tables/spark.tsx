/** Pixels. */
const WIDTH = 132
const HEIGHT = 24

/** Amounts as small bars from zero; where nothing is known there is none. */
export function SparkBars({ values, label }: { readonly values: readonly (number | null)[]; readonly label: string }) {
  const highest = Math.max(...values.map(value => value ?? 0), 0)
  const step = WIDTH / Math.max(1, values.length)
  const bars = values
    .map((value, index) => {
      if (value === null || highest === 0) return ''
      const height = value === 0 ? 0.5 : Math.max(1, (value / highest) * HEIGHT)
      return `M${(index * step).toFixed(1)} ${HEIGHT}v${(-height).toFixed(1)}h${Math.max(0.6, step - (step > 3 ? 1 : 0.2)).toFixed(1)}V${HEIGHT}z`
    })
    .join('')
  return (
    <svg className="cg-spark" width={WIDTH} height={HEIGHT} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label}>
      <title>{label}</title>
      <path d={bars} />
    </svg>
  )
}

/** A course as a small line, with a limit; where nothing is known it is broken. */
export function SparkLine(props: { readonly values: readonly (number | null)[]; readonly limit: number | undefined; readonly label: string }) {
  const { values, limit, label } = props
  const known = values.filter(value => value !== null)
  const lowest = Math.min(...known)
  const highest = Math.max(...known)
  const span = highest - lowest || 1
  const y = (value: number) => HEIGHT - 2 - ((value - lowest) / span) * (HEIGHT - 4)
  const step = WIDTH / Math.max(1, values.length - 1)
  const line = values
    .map((value, index) => {
      if (value === null) return ''
      const before = values[index - 1]
      return `${index === 0 || before === null || before === undefined ? 'M' : 'L'}${(index * step).toFixed(1)} ${y(value).toFixed(1)}`
    })
    .join('')
  const shown = limit !== undefined && limit <= highest && limit >= lowest
  return (
    <svg className="cg-spark" width={WIDTH} height={HEIGHT} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label}>
      <title>{label}</title>
      {shown && <path className="cg-spark-limit" d={`M0 ${y(limit).toFixed(1)}H${WIDTH}`} />}
      {known.length > 0 && <path className="cg-spark-line" d={line} />}
    </svg>
  )
}
