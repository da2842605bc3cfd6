/** Hears of sign-ins that were wrong or not looked at. Cheap and never throws: strangers decide how often it is called. */
export interface AttemptWatch {
  /** What was shown with this name was wrong. Only people's are told: of devices there may be ten thousand with an old secret. */
  wrong(name: string, address: string): void
  /** It was not looked at, because this name from this address, or the address, is locked. */
  locked(name: string, address: string, by: 'name' | 'address'): void
}
