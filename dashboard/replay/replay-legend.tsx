import { useComputedColorScheme } from '@mantine/core'
import { tokens } from '../theme/tokens.ts'
import { useReplayTexts } from './replay-texts.ts'
import { classColour, speedClasses } from './speed-classes.ts'

/** What the line's colours and widths, and the signs beside it, mean. */
export function ReplayLegend() {
  const texts = useReplayTexts()
  const scheme = useComputedColorScheme('light')
  return (
    <section className="cg-replay-legend" aria-label={texts.legend}>
      <strong>{texts.legend}</strong>
      {speedClasses.map(({ from, width }, index) => {
        const next = speedClasses[index + 1]
        return (
          <span key={from}>
            <svg width="26" height="12" aria-hidden="true" focusable="false">
              <line x1="4" x2="22" y1="6" y2="6" stroke={classColour(index, scheme)} strokeWidth={width} strokeLinecap="round" />
            </svg>
            {next ? texts.upTo(String(from), String(next.from)) : texts.andMore(String(from))}
          </span>
        )
      })}
      <span>
        <svg width="26" height="12" aria-hidden="true" focusable="false">
          <line x1="2" x2="24" y1="6" y2="6" stroke={tokens.map[scheme].stale} strokeWidth="1.5" strokeDasharray="3 4" />
        </svg>
        {texts.legendUnknown}
      </span>
      <span>
        <svg width="26" height="12" aria-hidden="true" focusable="false">
          <rect x="8" y="1" width="10" height="10" fill={tokens.kind[scheme].violet} />
        </svg>
        {texts.legendStop}
      </span>
      <span>
        <svg width="26" height="12" aria-hidden="true" focusable="false">
          <path d="M13 0 19 6 13 12 7 6z" fill={tokens.alert[scheme]} />
        </svg>
        {texts.legendEvent}
      </span>
    </section>
  )
}
