import type { z } from 'zod'

/** By the types of schemas, what a client is to send. */
const EXPECTED: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
}

/** What is wrong with a value, for whoever sent it; undefined where the schema says so itself, or the library's own words must do. */
export function schemaWords(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'is missing' : `must be ${EXPECTED[issue.expected] ?? issue.expected}`
    case 'invalid_value':
      return `must be ${issue.values.map(String).join(' or ')}`
    case 'unrecognized_keys':
      return `has members that are unknown: ${issue.keys.slice(0, 5).join(', ').slice(0, 200)}`
    default:
      return undefined
  }
}
