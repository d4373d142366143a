import { isPair } from '../api/link/encode.js'
import type { AnyNewLink, Link } from '../api/link/types.js'
import { show } from '../codec/index.js'
import type { Entry } from './desired.js'
import type { Planning } from './planning.js'

/** A link of the desired state, whose options were checked. */
export interface LinkSpec {
  readonly entry: Entry
  readonly spec: AnyNewLink
  /** True if the link exists with all options, apart from `master`. */
  readonly isSame: boolean
}

/** A name or an index that a desired link needs for itself. */
interface Claim {
  /** Name of the link that has it then. */
  readonly owner: string
  readonly path: string
}

/** Reports desired links that contradict each other, or existing ones. The links to remove must be out of the snapshot, new ones not yet in it. */
export function reportLinkClaims(planning: Planning, specs: readonly LinkSpec[], removed: readonly Link[]): void {
  const { snapshot } = planning
  const goneEnds = new Set(removed.map(endOf).filter((index) => index !== undefined))
  const staying = (link: Link | undefined) => (link === undefined || goneEnds.has(link.index) ? undefined : link.name)
  const present = specs.filter(({ entry }) => !entry.absent)
  const byName = new Map(specs.map((each) => [each.spec.name, each]))
  const names = new Claims(planning, 'name', (name) => staying(snapshot.named(name)))
  const indexes = new Claims(planning, 'index', (index) => staying(snapshot.indexed(Number(index))))
  for (const { entry, spec } of present) {
    const { name, altNames, index, peer } = spec
    const owner = snapshot.named(name)?.name ?? name
    const isNew = snapshot.named(name) === undefined
    if (isNew) names.add(name, { owner, path: `${entry.path}.name` })
    for (const each of altNames ?? []) names.add(each, { owner, path: `${entry.path}.altNames` })
    if (isNew && index !== undefined) indexes.add(String(index), { owner, path: `${entry.path}.index` })
    if (!isNew || !isPair(spec.kind) || peer?.netns !== undefined) continue
    if (peer?.index !== undefined)
      indexes.add(String(peer.index), { owner: peer.name ?? `${name}'s peer`, path: `${entry.path}.peer.index` })
    if (peer?.name !== undefined) reportPeer(planning, names, { entry, spec, isSame: false }, byName)
  }
}

/** Names or indexes, each of which one link can have. */
class Claims {
  readonly #claims = new Map<string, Claim>()
  /** The other ends of pairs: each name, and the link that is created with it. */
  readonly #ends = new Map<string, Claim>()

  constructor(
    private readonly planning: Planning,
    private readonly what: string,
    /** Returns the name of the existing link that has it. */
    private readonly holder: (value: string) => string | undefined,
  ) {}

  /** Claims one, and reports another link that has it, or that will have it. */
  add(value: string, claim: Claim): void {
    const other = this.#claims.get(value)
    const holder = this.holder(value)
    if (holder !== undefined && holder !== claim.owner)
      this.planning.conflict(
        'in-use',
        claim.path,
        `expected a free ${this.what}, got ${show(value)}, which ${holder} has`,
      )
    else if (other !== undefined && other.owner !== claim.owner)
      this.planning.conflict(
        'duplicate',
        claim.path,
        `expected another ${this.what}, got ${show(value)}, as at ${other.path}`,
      )
    else this.#claims.set(value, claim)
  }

  /** Claims the name of the other end of a pair, which may have a spec of its own, but only one pair. */
  addEnd(name: string, owner: string, path: string): void {
    const other = this.#ends.get(name)
    this.#ends.set(name, { owner, path })
    // An existing link cannot be the end of a new pair: the claim is that of another one.
    if (other === undefined) this.add(name, { owner: this.holder(name) === undefined ? name : path, path })
    else this.planning.conflict('duplicate', path, `expected another name, got ${show(name)}, as at ${other.path}`)
  }
}

/** Reports the other end of a new pair that exists, must not exist, is of another kind, or is the end of another pair. */
function reportPeer(
  planning: Planning,
  names: Claims,
  { entry, spec }: LinkSpec,
  byName: ReadonlyMap<string, LinkSpec>,
): void {
  const name = spec.peer?.name ?? ''
  const path = `${entry.path}.peer.name`
  const end = byName.get(name)
  if (name === spec.name)
    planning.conflict('duplicate', path, `expected another name than that of the link, got ${show(name)}`)
  else if (end?.entry.absent)
    planning.conflict('in-use', end.entry.path, `expected no link to need ${show(name)}, got that of ${path}`)
  else if (end?.spec.kind !== undefined && end.spec.kind !== spec.kind)
    planning.conflict(
      'kind',
      `${end.entry.path}.kind`,
      `expected ${show(spec.kind)} because of ${path}, got ${show(end.spec.kind)}`,
    )
  else if (end?.spec.peer?.name !== undefined && end.spec.peer.name !== spec.name)
    planning.conflict(
      'duplicate',
      `${end.entry.path}.peer.name`,
      `expected ${show(spec.name)} because of ${path}, got ${show(end.spec.peer.name)}`,
    )
  else names.addEnd(name, spec.name, path)
}

/** Returns the desired link that would be deleted with one that is absent: the other end of its pair. */
export function endDeletedWith(planning: Planning, link: Link, specs: readonly LinkSpec[]): LinkSpec | undefined {
  const end = endOf(link)
  const other = end === undefined ? undefined : planning.snapshot.indexed(end)?.name
  return specs.find(({ entry, spec }) => !entry.absent && !entry.recreate && spec.name === other)
}

/** Returns the index of the other end of a pair in this namespace. */
const endOf = ({ kind, link, linkNetnsid }: Link) => (isPair(kind) && linkNetnsid === undefined ? link : undefined)
