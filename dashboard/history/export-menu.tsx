import { Button, Menu, Progress } from '@mantine/core'
import { type RefObject, useEffect, useRef, useState } from 'react'
import type { Device } from '../api/types.ts'
import { useFormat } from '../format/format-provider.tsx'
import { wallText } from '../format/wall-clock.ts'
import { useLanguage } from '../i18n/language-provider.tsx'
import { useServices } from '../services.tsx'
import { problemText } from '../shell/problem-view.tsx'
import { saveFile } from '../table/save-file.ts'
import { Icon } from '../theme/icon.tsx'
import { type CsvProgress, readCsv } from './csv-export.ts'
import { fileStem } from './file-stem.ts'
import { useHistoryTexts } from './history-texts.ts'
import type { Stretch } from './span.ts'

interface ExportMenuProps {
  readonly devices: readonly Device[]
  readonly stretch: Stretch
  readonly picture: RefObject<HTMLCanvasElement | undefined>
  readonly onPicture: (chart: HTMLCanvasElement) => Promise<Blob>
}

type Told = { readonly progress: CsvProgress } | { readonly told: string; readonly bad?: true }

/** All readings of the period as CSV, and the chart as a picture. */
export function ExportMenu({ devices, stretch, picture, onPicture }: ExportMenuProps) {
  const { text } = useLanguage()
  const texts = useHistoryTexts()
  const format = useFormat()
  const { api } = useServices()
  const [state, setState] = useState<Told>()
  const running = useRef<AbortController>(undefined)
  useEffect(() => () => running.current?.abort(), [])
  const stem = (device: string) => fileStem(device, wallText(stretch.from, format.timeZone), wallText(stretch.to, format.timeZone))

  const csv = async (device: string) => {
    const ending = new AbortController()
    running.current?.abort()
    running.current = ending
    setState({ progress: { rows: 0, share: 0 } })
    try {
      const source = { page: (path: string, signal: AbortSignal) => api.textPage(path, signal), wait }
      const { parts, rows, cut } = await readCsv(device, stretch, source, ending.signal, progress => setState({ progress }))
      saveFile(new Blob([...parts], { type: 'text/csv' }), `${stem(device)}.csv`)
      setState({ told: (cut ? texts.cut : texts.exported)(format.count(rows)) })
    } catch (error) {
      if (!ending.signal.aborted) setState({ told: texts.exportFailed(problemText(error, text)), bad: true })
    }
  }
  const png = async () => {
    const chart = picture.current
    const [device] = devices
    if (!chart || !device) return
    try {
      saveFile(await onPicture(chart), `${stem(device.id)}.png`)
    } catch {
      setState({ told: texts.exportFailed(text.app.failed), bad: true })
    }
  }
  const cancel = () => {
    running.current?.abort()
    setState(undefined)
  }

  return (
    <div className="cg-export">
      {state && 'progress' in state && (
        <div className="cg-export-progress" role="status">
          <Progress value={state.progress.share * 100} size="sm" aria-label={texts.exporting} />
          <span className="cg-advice">{format.count(state.progress.rows)}</span>
          <Button size="compact-xs" variant="default" onClick={cancel}>
            {text.app.cancel}
          </Button>
        </div>
      )}
      {state && 'told' in state && (
        <span role="status" className={state.bad ? 'cg-advice cg-alert-colour' : 'cg-advice'}>
          {state.told}
        </span>
      )}
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <Button size="compact-sm" variant="default" leftSection={<Icon name="save" size={14} />}>
            {texts.export}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {devices.map(device => (
            <Menu.Item key={device.id} onClick={() => void csv(device.id)}>
              {texts.csv(device.name ?? device.id)}
            </Menu.Item>
          ))}
          <Menu.Item onClick={() => void png()}>{texts.png}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </div>
  )
}

function wait(seconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, seconds * 1_000)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      reject(signal.reason)
    })
  })
}
