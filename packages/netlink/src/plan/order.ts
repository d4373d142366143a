import type { Draft, Planning } from './planning.js'

/** A heap of drafts by phase and place. */
class Queue {
  readonly #heap: Draft[] = []
  readonly #place: ReadonlyMap<Draft, number>

  constructor(place: ReadonlyMap<Draft, number>) {
    this.#place = place
  }

  #isBefore(one: Draft, other: Draft): boolean {
    if (one.phase !== other.phase) return one.phase < other.phase
    return (this.#place.get(one) ?? 0) < (this.#place.get(other) ?? 0)
  }

  push(draft: Draft): void {
    const heap = this.#heap
    let at = heap.push(draft) - 1
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (this.#isBefore(heap[parent] as Draft, draft)) break
      heap[at] = heap[parent] as Draft
      at = parent
    }
    heap[at] = draft
  }

  pop(): Draft | undefined {
    const heap = this.#heap
    const [first] = heap
    const last = heap.pop()
    if (first === undefined || last === undefined || heap.length === 0) return first
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && this.#isBefore(heap[child + 1] as Draft, heap[child] as Draft)) child++
      if (this.#isBefore(last, heap[child] as Draft)) break
      heap[at] = heap[child] as Draft
      at = child
    }
    heap[at] = last
    return first
  }
}

/**
 * Returns the drafts in an order in which each comes after those that it needs. Among those that are ready, the smallest phase
 * comes first, then the place in the desired state. Adds a conflict for drafts that need each other, which are left out.
 */
export function inOrder(planning: Planning): Draft[] {
  const { drafts } = planning
  const place = new Map(drafts.map((draft, at) => [draft, at]))
  const dependents = new Map<Draft, Draft[]>()
  const missing = new Map<Draft, number>()
  const queue = new Queue(place)
  for (const draft of drafts) {
    for (const need of draft.needs) dependents.set(need, [...(dependents.get(need) ?? []), draft])
    missing.set(draft, draft.needs.size)
    if (draft.needs.size === 0) queue.push(draft)
  }
  const ordered: Draft[] = []
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    ordered.push(next)
    for (const dependent of dependents.get(next) ?? []) {
      const left = (missing.get(dependent) ?? 0) - 1
      missing.set(dependent, left)
      if (left === 0) queue.push(dependent)
    }
  }
  if (ordered.length < drafts.length) reportCycle(planning, new Set(ordered))
  return ordered
}

/** Reports one cycle among the drafts that could not be ordered: each of them needs another one of them. */
function reportCycle(planning: Planning, ordered: ReadonlySet<Draft>): void {
  const seen: Draft[] = []
  let next = planning.drafts.find((draft) => !ordered.has(draft))
  while (next !== undefined && !seen.includes(next)) {
    seen.push(next)
    next = [...next.needs].find((need) => !ordered.has(need))
  }
  const cycle = next === undefined ? seen : seen.slice(seen.indexOf(next))
  const names = [...cycle, ...cycle.slice(0, 1)].map(({ object, key }) => `${object} ${key}`)
  for (const { path } of cycle) planning.conflict('cycle', path, `expected an order of steps, got ${names.join(' → ')}`)
}
