import { fileVariable } from './from-environment.ts'
import { type Setting, settings } from './settings.ts'

/** The documents that are made from the schema, by their place in the project. */
export function documents(): ReadonlyMap<string, string> {
  return new Map([
    ['docs/configuration.md', markdown()],
    ['deploy/citygate.env.example', environmentExample()],
    ['deploy/citygate.example.yaml', yamlExample()],
  ])
}

const origin = 'made from gateway/config/schema.ts by `npm run docs:config`'

function markdown(): string {
  const rows = settings.map(setting => {
    const flag = setting.option ? `\`${setting.option} ${setting.argument}\`` : 'none: others can see a command line'
    return `| \`${setting.key}\` | ${flag} | \`${setting.variable}\` | ${defaultCell(setting)} | ${setting.about} Expected: ${setting.expected}. |`
  })
  return `# Configuration

<!-- ${origin}: change it there -->

A setting can stand in four places. The first that has it counts:

1. a flag of \`citygate serve\` or \`citygate demo\`: \`--http 9000\`;
2. an environment variable: \`CITYGATE_HTTP=9000\` (an empty one counts as not set);
3. a YAML file: \`http: { port: 9000 }\`. The file is named by \`--config FILE\` or \`${fileVariable}\`; otherwise it is \`citygate.yaml\` in the working folder, if there is one;
4. the default.

Keys and \`CITYGATE_*\` variables that do not exist are refused, and all problems are reported at once, each with its place and what was expected. \`citygate config\` prints
the configuration in force and where each value comes from, without secrets.

Sizes are bytes, or a number with a unit: \`kB\`, \`MB\`, \`GB\` and \`TB\` count in thousands, \`KiB\`, \`MiB\`, \`GiB\` and \`TiB\` in 1,024s. Folders in the file count from the file's
folder, others from the working folder.

Examples: [citygate.example.yaml](../deploy/citygate.example.yaml), [citygate.env.example](../deploy/citygate.env.example).

| Key | Flag | Variable | Default | Meaning |
|---|---|---|---|---|
${rows.join('\n')}
`
}

function environmentExample(): string {
  const lines = settings.flatMap(setting => [`# ${setting.about}`, `# Expected: ${setting.expected}.`, `#${setting.variable}=${example(setting)}`, ''])
  return [
    `# Environment of Citygate; ${origin}.`,
    '# Every variable is shown with its default, or with an example where there is none. Remove the # to set one.',
    '',
    ...lines,
  ].join('\n')
}

function yamlExample(): string {
  const lines = [
    `# Configuration of Citygate; ${origin}.`,
    '# Every setting is shown with its default, or with an example where there is none. Remove the # to set one.',
    '',
  ]
  let group = ''
  for (const setting of settings) {
    const [name = '', leaf] = setting.path
    if (leaf !== undefined && name !== group) lines.push(`${name}:`)
    group = name
    const indent = leaf === undefined ? '' : '  '
    lines.push(
      `${indent}# ${setting.about}`,
      `${indent}# Expected: ${setting.expected}.`,
      `${indent}#${leaf ?? name}: ${setting.list ? `[${example(setting)}]` : example(setting)}`,
      '',
    )
  }
  return lines.join('\n')
}

function example(setting: Setting): string {
  return setting.example ?? shown(setting.initial)
}

function defaultCell(setting: Setting): string {
  return setting.initial === undefined || shown(setting.initial) === '' ? 'none' : `\`${shown(setting.initial)}\``
}

function shown(value: unknown): string {
  return Array.isArray(value) ? value.join(',') : String(value)
}
