import { Button, Progress } from '@mantine/core'
import { useFormat } from '../format/format-provider.tsx'
import { ProblemView } from '../shell/problem-view.tsx'
import { useProbe } from './line-queries.ts'
import { useLineTexts } from './line-texts.ts'
import type { DtuProbe } from './line-types.ts'

/** Begins the look at what stands behind a DTU, and shows how far it is and what answered. */
export function DtuProbeResult({ dtu }: { readonly dtu: string }) {
  const texts = useLineTexts()
  const { begin, probe } = useProbe(dtu)
  return (
    <section>
      <Button size="compact-sm" variant="default" loading={begin.isPending || probe?.state === 'running'} onClick={() => begin.mutate()}>
        {texts.probe}
      </Button>
      <p className="cg-advice">{texts.probeHelp}</p>
      {begin.isError && <ProblemView error={begin.error} />}
      {probe && <Result probe={probe} />}
    </section>
  )
}

function Result({ probe }: { readonly probe: DtuProbe }) {
  const texts = useLineTexts()
  const format = useFormat()
  const progress = texts.probing(format.count(probe.asked), format.count(probe.of))
  return (
    <div role="status">
      <Progress value={probe.of === 0 ? 0 : (probe.asked / probe.of) * 100} size="sm" aria-label={progress} />
      <div className="cg-advice">{progress}</div>
      {probe.problem !== undefined && <div className="cg-alert-colour">{texts.broken(probe.problem)}</div>}
      <ul>
        {probe.found.map(({ address, asked, refused }) => (
          <li key={`${address} ${asked}`}>{refused === undefined ? texts.found(address, asked) : texts.foundRefusing(address, refused)}</li>
        ))}
      </ul>
      {probe.state === 'done' && probe.found.length === 0 && <div>{texts.foundNothing}</div>}
    </div>
  )
}
