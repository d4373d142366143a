import { compareLink } from '../api/link/diff.js'
import { isPair } from '../api/link/encode.js'
import { withPlaceholders } from '../api/link/resolve.js'
import type { AnyNewLink, Link } from '../api/link/types.js'
import { type Comparison, isMatch } from '../api/values/compare.js'
import { show } from '../codec/index.js'
import { fixedOptions, ofKind } from './link-facts.js'
import type { Snapshot } from './snapshot.js'

/** A property that a change cannot give to a link. */
export interface Obstacle {
  readonly type: 'kind' | 'fixed'
  /** The option: `data.id`. */
  readonly key: string
  readonly message: string
}

const fixed = (key: string, wanted: unknown, actual: unknown): Obstacle => ({
  ...{ type: 'fixed', key },
  message: `expected ${show(actual)}, which the kernel cannot change, got ${show(wanted)}`,
})

/** Stands for a link that does not exist yet. */
const NO_INDEX = -1

/** Returns the properties of a link that a change cannot give it: they need a new link. */
export function obstacles(spec: AnyNewLink, link: Link, snapshot: Snapshot): Obstacle[] {
  if (spec.kind !== undefined && spec.kind !== link.kind)
    return [
      {
        type: 'kind',
        key: 'kind',
        message: `expected ${show(link.kind ?? 'no kind')} of ${link.name}, got ${show(spec.kind)}`,
      },
    ]
  const found = differencesInFixed(spec, link, snapshot)
  const peer = isPair(link.kind) && link.linkNetnsid === undefined ? snapshot.indexed(link.link ?? 0) : undefined
  const wanted = spec.peer?.name
  return [
    ...found.map((each) => fixed(each.key, each.key === 'link' ? spec.link : each.wanted, each.actual)),
    ...(wanted !== undefined && peer !== undefined && peer.name !== wanted
      ? [fixed('peer.name', wanted, peer.name)]
      : []),
  ]
}

/** Returns the options that differ and that the kernel cannot change. */
function differencesInFixed(spec: AnyNewLink, link: Link, snapshot: Snapshot): Comparison[] {
  const keys = ofKind(fixedOptions, link.kind)
  if (keys.length === 0) return []
  const lower = spec.link === undefined || spec.link === 0 ? spec.link : (snapshot.find(spec.link)?.index ?? NO_INDEX)
  const checked = { ...withPlaceholders({ ...spec, kind: link.kind ?? spec.kind }), link: lower } as AnyNewLink
  return compareLink(checked, link).filter((each) => keys.includes(each.key) && !isMatch(each))
}
