#!/usr/bin/env node
import { runCommandLine } from './command-line.ts'

// A reader that has seen enough (`citygate device list | head`) ends this program quietly.
process.stdout.on('error', error => {
  if ('code' in error && error.code === 'EPIPE') process.exit(0)
  throw error
})

process.exitCode = await runCommandLine(process.argv.slice(2))
