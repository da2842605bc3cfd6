/** Every error the gateway raises on purpose. Never changes its meaning once published: scripts match on it. */
export type ErrorCode =
  | 'CONFIG_INVALID'
  | 'DATA_FOLDER_UNUSABLE'
  | 'DATA_FOLDER_IN_USE'
  | 'PORT_IN_USE'
  | 'JOURNAL_FULL'
  | 'JOURNAL_WRITE_FAILED'
  | 'JOURNAL_READ_FAILED'
  | 'JOURNAL_CLOSED'
  | 'SERIES_UNREACHABLE'
  | 'SERIES_REFUSED'
  | 'SERIES_WRITE_FAILED'
  | 'QUERY_INVALID'
  | 'MODEL_INVALID'
  | 'REGISTRY_UNUSABLE'
  | 'DEVICE_EXISTS'
  | 'DEVICE_INVALID'
  | 'DEVICE_UNKNOWN'
  | 'ENROLMENT_UNKNOWN'
  | 'IMPORT_INVALID'
  | 'TOKEN_UNKNOWN'
  | 'TOO_MANY_TOKENS'
  | 'BUSY'
  | 'ORGANISATION_INVALID'
  | 'ORGANISATION_EXISTS'
  | 'ORGANISATION_UNKNOWN'
  | 'ORGANISATION_IN_USE'
  | 'PERSON_INVALID'
  | 'PERSON_EXISTS'
  | 'PERSON_UNKNOWN'
  | 'PERSON_ELSEWHERE'
  | 'LAST_ADMIN'
  | 'PASSWORD_WEAK'
  | 'INVITATION_INVALID'
  | 'CODE_WRONG'
  | 'IDENTITY_TAKEN'
  | 'IDENTITY_UNKNOWN'
  | 'IDENTITY_UNPROVEN'
  | 'EMAIL_UNVERIFIED'
  | 'SECOND_FACTOR_MISSING'
  | 'ROLE_MISSING'
  | 'PERSON_DISABLED'
  | 'PROVIDER_UNREACHABLE'
  | 'PROVIDER_REFUSED'
  | 'AUDIT_ENTRY_UNKNOWN'
  | 'EXPORT_FAILED'
  | 'LINK_FAILED'
  | 'COMMAND_INVALID'
  | 'SIMULATION_FAILED'
  | 'STOPPED'

/** An error that says what happened, what to do, and whether trying again can help. Its message holds no secret. */
export class GatewayError extends Error {
  override readonly name = 'GatewayError'
  readonly code: ErrorCode
  readonly retryable: boolean

  constructor(code: ErrorCode, message: string, options: { readonly retryable?: boolean; readonly cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.retryable = options.retryable ?? false
  }
}
