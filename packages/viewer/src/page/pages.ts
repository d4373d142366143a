import { useCallback, useEffect, useRef, useState } from 'preact/hooks'

/** Number of rows that are requested at a time. */
const SIZE = 100

/** Most pages to keep. */
const MOST_PAGES = 60

/**
 * Loads rows in pages, as they become visible. `version` changes if all rows do. Returns a function that looks up a row, and one that
 * loads a range.
 */
export function usePages<T>(
  fetchRows: (from: number, to: number) => Promise<readonly T[]>,
  count: number,
  version: unknown,
) {
  const pages = useRef(new Map<number, readonly T[]>())
  const loading = useRef(new Set<number>())
  const current = useRef(version)
  const [, changed] = useState(0)
  if (current.current !== version) {
    current.current = version
    pages.current = new Map()
    loading.current = new Set()
  }

  const wanted = useRef<readonly [number, number]>([0, 0])
  const latest = useRef<(from: number, to: number) => void>(() => {})
  const load = useCallback(
    async (page: number) => {
      // An effect of an earlier rendering must not occupy a page of the new version.
      if (current.current !== version) return
      const expected = Math.min(SIZE, count - page * SIZE)
      if (expected <= (pages.current.get(page)?.length ?? 0) || loading.current.has(page)) return
      loading.current.add(page)
      const rows = await fetchRows(page * SIZE, page * SIZE + expected)
      if (current.current !== version) return
      loading.current.delete(page)
      pages.current.set(page, rows)
      const [oldest] = pages.current.keys()
      if (pages.current.size > MOST_PAGES && oldest !== undefined && oldest !== page) pages.current.delete(oldest)
      changed((value) => value + 1)
      // There may be more rows by now.
      latest.current(...wanted.current)
    },
    [fetchRows, count, version],
  )

  const range = useCallback(
    (from: number, to: number) => {
      wanted.current = [from, to]
      for (let page = Math.floor(from / SIZE); page * SIZE < Math.min(to, count); page++) void load(page)
    },
    [load, count],
  )
  latest.current = range
  // New rows may belong to the visible range.
  useEffect(() => range(...wanted.current), [range])
  return { row: (index: number) => pages.current.get(Math.floor(index / SIZE))?.[index % SIZE], range }
}
