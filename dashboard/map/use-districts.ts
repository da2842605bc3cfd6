import { useQuery } from '@tanstack/react-query'
import { DISTRICTS_URL, DistrictIndex, readDistricts } from './districts.ts'

/** The districts, once their outlines have come. Without them there are simply none. */
export function useDistricts(): DistrictIndex | undefined {
  return useQuery({
    queryKey: ['districts'],
    queryFn: async ({ signal }) => {
      const body: unknown = await (await fetch(DISTRICTS_URL, { signal })).json()
      return new DistrictIndex(readDistricts(body))
    },
    staleTime: Number.POSITIVE_INFINITY,
  }).data
}
