import { Kbd, Modal } from '@mantine/core'
import { usePaletteTexts } from './palette-texts.ts'

/** Which keys there are, by where they work. */
export default function KeysHelp({ opened, close }: { readonly opened: boolean; readonly close: () => void }) {
  const texts = usePaletteTexts()
  const groups: readonly { readonly title: string; readonly keys: readonly (readonly [keys: readonly string[], meaning: string])[] }[] = [
    {
      title: texts.everywhere,
      keys: [
        [['/'], texts.search],
        [['Ctrl', 'K'], texts.palette],
        [['?'], texts.help],
        [['Esc'], texts.close],
        [['Tab'], texts.skip],
      ],
    },
    {
      title: texts.onMap,
      keys: [
        [['←', '↑', '→', '↓'], texts.move],
        [['+', '−'], texts.zoom],
      ],
    },
    {
      title: texts.inCharts,
      keys: [
        [['←', '→'], texts.nextPoint],
        [['Shift', '←', '→'], texts.throughTime],
        [['+', '−'], texts.zoom],
        [['⌫'], texts.back],
      ],
    },
    {
      title: texts.inTables,
      keys: [
        [['↑', '↓'], texts.next],
        [['Enter'], texts.enter],
      ],
    },
  ]
  return (
    <Modal opened={opened} onClose={close} title={texts.keys} size={480} transitionProps={{ duration: 0 }}>
      {groups.map(({ title, keys }) => (
        <section key={title} className="cg-keys">
          <h3>{title}</h3>
          <dl>
            {keys.map(([names, meaning]) => (
              <div key={meaning}>
                <dt>
                  {names.map(name => (
                    <Kbd key={name}>{name}</Kbd>
                  ))}
                </dt>
                <dd>{meaning}</dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </Modal>
  )
}
