import { Select } from '@mantine/core'
import { useFormat } from '../format/format-provider.tsx'
import { useText } from '../i18n/language-provider.tsx'
import type { Counts } from '../live/counts.ts'
import { type MapFilter, withChoice } from './filter.ts'
import { useMapTexts } from './map-texts.ts'

interface PlaceFiltersProps {
  readonly counts: Counts
  readonly filter: MapFilter
  readonly onFilter: (filter: MapFilter) => void
}

/** Filters by organisation, route and district: each offered where there is something to choose. */
export function PlaceFilters({ counts, filter, onFilter }: PlaceFiltersProps) {
  const { districts } = useText()
  const own = useMapTexts()
  const format = useFormat()
  const named = Object.entries(districts).map(([id, label]) => ({ value: id, label }))
  const offered = (counted: ReadonlyMap<string, number>, chosen: string | undefined) => {
    const names = new Set(counted.keys())
    // What is chosen stays to be seen, even where nothing in view has it.
    if (chosen !== undefined) names.add(chosen)
    return [...names]
      .sort((a, b) => a.localeCompare(b, undefined, { numeric: true }))
      .map(name => ({ value: name, label: own.choice(name, format.count(counted.get(name) ?? 0)) }))
  }
  const orgs = offered(counts.orgs, filter.org)
  const routes = offered(counts.routes, filter.route)
  const choose = (key: 'org' | 'route' | 'district') => (value: string | null) => onFilter(withChoice(filter, key, value ?? undefined))
  return (
    <div className="cg-place-filters">
      {(orgs.length > 1 || filter.org !== undefined) && (
        <Select
          size="xs"
          clearable
          aria-label={own.organisation}
          placeholder={own.allOrganisations}
          data={orgs}
          value={filter.org ?? null}
          onChange={choose('org')}
        />
      )}
      {routes.length > 0 && (
        <Select
          size="xs"
          clearable
          searchable
          limit={100}
          aria-label={own.route}
          placeholder={own.allRoutes}
          nothingFoundMessage={own.noRoute}
          data={routes}
          value={filter.route ?? null}
          onChange={choose('route')}
        />
      )}
      {(counts.byDistrict.size > 1 || filter.district !== undefined) && (
        <Select
          size="xs"
          clearable
          aria-label={own.district}
          placeholder={own.allDistricts}
          data={named}
          value={filter.district ?? null}
          onChange={choose('district')}
        />
      )}
    </div>
  )
}
