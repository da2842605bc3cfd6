/** Answers of the API about many devices over time. */
export interface TableRow {
  readonly device: string
  readonly name?: string
  readonly org: string
  readonly district?: string
  readonly place?: { readonly lat: number; readonly lon: number }
}

export interface Working {
  readonly state: 'ready' | 'working'
  /** From 0 to 1. */
  readonly done: number
  readonly total: number
}

export interface Group<S> {
  readonly id: string
  readonly sum: S
}

export interface MeterSum {
  readonly devices: number
  readonly total?: number
  readonly due: number
  readonly received: number
}

export interface MeterRow extends TableRow {
  readonly total?: number
  readonly highest?: number
  readonly night?: number
  readonly due: number
  readonly received: number
  readonly missing: number
  readonly resets: number
  readonly rollovers: number
  readonly jumps: number
  readonly amounts: readonly (number | null)[]
}

export interface Meters extends Working {
  readonly field: string
  readonly unit?: string
  readonly rateUnit?: string
  readonly columns: readonly string[]
  readonly rows: readonly MeterRow[]
  readonly sum?: MeterSum
  readonly districts: readonly Group<MeterSum>[]
  readonly orgs: readonly Group<MeterSum>[]
}

export interface SiteSum {
  readonly devices: number
  readonly exceeding: number
  readonly count: number
  readonly minutes: number
}

export interface SiteRow extends TableRow {
  readonly latest?: number
  readonly mean?: number
  readonly lowest?: number
  readonly peak?: number
  readonly count: number
  readonly minutes: number
  readonly worst?: number
  readonly worstAt?: string
  readonly curve: readonly (number | null)[]
}

export interface Sites extends Working {
  readonly unit?: string
  readonly limits: readonly [number, number]
  readonly curve: readonly string[]
  readonly rows: readonly SiteRow[]
  readonly districts: readonly Group<SiteSum>[]
  readonly orgs: readonly Group<SiteSum>[]
}

export interface FleetSum {
  readonly devices: number
  readonly inService: number
  readonly late: number
  readonly silent: number
  readonly distance?: number
  readonly due: number
  readonly received: number
}

export interface FleetRow extends TableRow {
  readonly state: 'inService' | 'late' | 'silent'
  readonly route?: string
  readonly lastHeardAt?: string
  readonly speed?: number
  readonly distance?: number
  readonly due: number
  readonly received: number
}

export interface Fleets extends Working {
  readonly odometer?: string
  readonly rows: readonly FleetRow[]
  readonly routes: readonly Group<FleetSum>[]
  readonly orgs: readonly Group<FleetSum>[]
}
