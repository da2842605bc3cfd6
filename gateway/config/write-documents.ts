/** Writes the documents that are made from the schema: `npm run docs:config`. */
import { writeFileSync } from 'node:fs'
import { documents } from './documents.ts'

for (const [file, content] of documents()) {
  writeFileSync(new URL(`../../${file}`, import.meta.url), content)
  console.log(file)
}
