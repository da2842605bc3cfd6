#!/usr/bin/env node
import { enableCompileCache } from 'node:module'
import { join } from 'node:path'

// Most of the time of a short command goes into reading its own files. What Node made of them is kept beside the program, where whoever may write could change the program itself;
// in the folder for temporary files, which Node would take, others could leave code for it. Where nothing may be written, nothing is kept.
enableCompileCache(join(import.meta.dirname, '..', '..', '.cache', 'compiled'))
const { runCommandLine } = await import('./command-line.ts')

// A reader that has seen enough (`citygate device list | head`) ends this program quietly.
process.stdout.on('error', error => {
  if ('code' in error && error.code === 'EPIPE') process.exit(0)
  throw error
})

process.exitCode = await runCommandLine(process.argv.slice(2))
