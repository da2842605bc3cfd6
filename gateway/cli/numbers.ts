import { InvalidArgumentError } from 'commander'

/** Reads an option's argument that counts something, and says what was expected. */
export function wholeNumber(text: string): number {
  if (!/^[0-9]{1,9}$/.test(text)) throw new InvalidArgumentError('Expected a whole number.')
  return Number(text)
}

/** Reads degrees, a decimal number. */
export function degrees(text: string): number {
  if (!/^[+-]?[0-9]{1,3}(\.[0-9]{1,12})?$/.test(text)) throw new InvalidArgumentError('Expected decimal degrees, such as 31.2304.')
  return Number(text)
}
