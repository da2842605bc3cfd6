import { writeFile } from 'node:fs/promises'
import { loadCatalogue } from './catalogue.ts'
import { modelDocuments } from './model-documents.ts'

for (const [file, content] of await modelDocuments(await loadCatalogue())) await writeFile(new URL(`../${file}`, import.meta.url), content)
