import { Link } from 'react-router'
import { useFormat } from '../format/format-provider.tsx'
import { hashOf } from '../frames/frame-address.ts'
import { useLanguage } from '../i18n/language-provider.tsx'
import { useLineTexts } from './line-texts.ts'
import type { Dtu } from './line-types.ts'

/** What a DTU sent without being asked, each with the way to what its bytes mean, and the models that would read it. */
export function DtuSightings({ dtu }: { readonly dtu: Dtu }) {
  const texts = useLineTexts()
  const { title } = useLanguage()
  const format = useFormat()
  if (dtu.seen.length === 0 && dtu.lastBytes === '') return null
  return (
    <section>
      <h3>{texts.seen}</h3>
      <ul>
        {dtu.seen.map(sighting => (
          <li key={`${sighting.protocol} ${sighting.sender}`}>
            {[title(sighting.what), sighting.sender, texts.frames(format.count(sighting.frames))].filter(Boolean).join(' · ')}{' '}
            <Link to={`/frames${hashOf({ hex: sighting.frame, protocol: sighting.protocol })}`}>{texts.explain}</Link>
          </li>
        ))}
      </ul>
      {dtu.seen.length === 0 && <code className="cg-line-url">{dtu.lastBytes.match(/../g)?.join(' ')}</code>}
      {dtu.proposals.length > 0 && (
        <p className="cg-advice">
          {texts.proposals}: {dtu.proposals.join(', ')}
        </p>
      )}
    </section>
  )
}
