import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { useServices } from '../services.tsx'
import { type CheckedFile, type ImportEvent, type ImportWish, importEvents, type Secret } from './import-events.ts'

/** How far a file is. */
export interface ImportState {
  readonly phase: 'idle' | 'checking' | 'checked' | 'writing' | 'written'
  /** Lines that were checked so far. */
  readonly rows: number
  readonly checked?: CheckedFile
  readonly done: number
  readonly of: number
  readonly secrets: readonly Secret[]
  /** Why it went no further. */
  readonly error?: unknown
}

const nothing: ImportState = { phase: 'idle', rows: 0, done: 0, of: 0, secrets: [] }

/** Checks a file, and writes it. Whoever leaves the page stops it: what was written stays. */
export function useImport() {
  const { api } = useServices()
  const queries = useQueryClient()
  const [state, setState] = useState(nothing)
  const running = useRef<AbortController>(undefined)
  useEffect(() => () => running.current?.abort(), [])

  const run = async (wish: ImportWish): Promise<void> => {
    running.current?.abort()
    const control = new AbortController()
    running.current = control
    const say = (change: (before: ImportState) => ImportState) => {
      if (running.current === control) setState(change)
    }
    say(before => ({
      ...nothing,
      phase: wish.key === undefined ? 'checking' : 'writing',
      ...(wish.key !== undefined && before.checked && { checked: before.checked }),
    }))
    try {
      for await (const event of importEvents(api, wish, control.signal)) say(before => after(before, event))
    } catch (error) {
      if (!control.signal.aborted) say(before => ({ ...before, error }))
    }
    if (wish.key !== undefined) await queries.invalidateQueries({ queryKey: ['devices'] })
  }
  const reset = () => {
    running.current?.abort()
    running.current = undefined
    setState(nothing)
  }
  return { state, run, reset }
}

function after(before: ImportState, event: ImportEvent): ImportState {
  switch (event.state) {
    case 'checking':
      return { ...before, rows: event.rows }
    case 'checked': {
      const { state: _state, ...checked } = event
      // What was to be written has problems: somebody else changed something since it was checked.
      const phase = before.phase === 'writing' && checked.problemCount === 0 ? 'writing' : 'checked'
      return { ...before, phase, checked, of: checked.added + checked.changed }
    }
    case 'writing':
      return { ...before, done: event.done, of: event.of }
    case 'secrets':
      return { ...before, secrets: [...before.secrets, ...event.secrets] }
    case 'written':
      return { ...before, phase: 'written' }
    case 'failed':
      return before
  }
}
