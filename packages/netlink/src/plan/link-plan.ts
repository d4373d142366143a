import { checkParts } from '../api/link/create.js'
import { toLink } from '../api/link/decode.js'
import { isClearlySame } from '../api/link/diff.js'
import { checkLink, encodeLink, isPair, newLinkKeys } from '../api/link/encode.js'
import { linkTarget } from '../api/link/operations.js'
import { withPlaceholders } from '../api/link/resolve.js'
import type { AnyNewLink, Link } from '../api/link/types.js'
import type { Operation } from '../api/run/operation.js'
import { requireKeys } from '../api/values/objects.js'
import type { LinkMessage } from '../route/index.js'
import type { Entry } from './desired.js'
import { reportIndexes } from './index-references.js'
import type { Spec } from './kinds.js'
import { isUnchanged, planLinkChanges } from './link-changes.js'
import { endDeletedWith, type LinkSpec, reportLinkClaims } from './link-claims.js'
import { draftOfNewLink, draftOfRemoval } from './link-drafts.js'
import { reportKinds, reportMtus, reportNamespaces } from './link-limits.js'
import { addLinkNeeds, reportLinkCycles } from './link-needs.js'
import { obstacles } from './link-obstacles.js'
import { creationOf, optionsOf, type PlannedLinks } from './planned-link.js'
import type { Planning } from './planning.js'

/** A link to remove: it is absent in the desired state, or it is created again. */
interface RemovedLink {
  readonly link: Link
  readonly entry: Entry
  readonly isRecreated: boolean
}

/** Plans the links of a desired state. */
export function* planLinks(planning: Planning, entries: readonly Entry[]): Operation<PlannedLinks> {
  const specs: LinkSpec[] = []
  for (const entry of entries) {
    const isSame = isAsWanted(planning, entry)
    const spec = isSame
      ? optionsOf(entry.spec)
      : yield* planning.checked(entry, (own) => checkedSpec(own, entry.absent))
    if (spec && planning.isFirst(`link ${spec.name}`, entry.path)) specs.push({ entry, spec, isSame })
  }
  const removed = removedLinks(planning, specs)
  reportLinkClaims(
    planning,
    specs,
    removed.map(({ link }) => link),
  )
  const links = presentLinks(planning, specs)
  for (const { link, entry, isRecreated } of removed) {
    const draft = draftOfRemoval(planning, entry, link, isRecreated)
    const drafts = links.get(link.name)?.drafts
    if (drafts) drafts.remove = draft
  }
  for (const { entry, spec, isKnown, owner, drafts } of links.values()) {
    reportIndexes(planning, entry)
    if (isKnown || owner) continue
    const creation = (own: Spec) => linkTarget(creationOf(optionsOf(own)))
    if (yield* planning.checked(entry, creation)) drafts.add = draftOfNewLink(planning, entry, spec)
  }
  for (const link of links.values()) if (!isUnchanged(planning, link)) yield* planLinkChanges(planning, links, link)
  yield* reportKinds(planning, links)
  reportMtus(planning, links)
  reportNamespaces(planning, links)
  for (const link of links.values()) addLinkNeeds(planning, links, link)
  reportLinkCycles(planning, links)
  return links
}

/** True if a link exists with all options of a spec, apart from `master`. */
function isAsWanted({ snapshot }: Planning, { spec, absent }: Entry): boolean {
  const link = absent || typeof spec.name !== 'string' ? undefined : snapshot.named(spec.name)
  return link !== undefined && isClearlySame(spec, link)
}

/** Returns a spec whose options were checked, as far as they need no other link. */
// biome-ignore lint/correctness/useYield: it is run like other checks
function* checkedSpec(own: Spec, isAbsent: boolean): Operation<AnyNewLink> {
  const spec = optionsOf(own)
  checkLink('link', spec, newLinkKeys)
  requireKeys('link', spec, 'name')
  if (!isAbsent) checkParts(withPlaceholders(spec) as AnyNewLink)
  return spec
}

/** Finds the links to remove, reports what keeps others from changing, and takes the removed ones out of the snapshot. */
function removedLinks(planning: Planning, specs: readonly LinkSpec[]): RemovedLink[] {
  const { snapshot } = planning
  const removed: RemovedLink[] = []
  for (const { entry, spec, isSame } of specs) {
    const link = snapshot.named(spec.name)
    if (link === undefined) {
      if (entry.absent) planning.unchanged++
      continue
    }
    // Its message is not decoded unless that is necessary.
    planning.claimMessage('link', link)
    const found = entry.absent || isSame ? [] : obstacles(spec, link, snapshot)
    const mustGo = entry.absent || (entry.recreate && found.length > 0)
    const end = entry.absent ? endDeletedWith(planning, link, specs) : undefined
    if (end)
      planning.conflict(
        'in-use',
        entry.path,
        `expected no desired link to be deleted with ${link.name}, got ${end.spec.name}`,
      )
    if (mustGo && link.kind === undefined)
      planning.conflict(
        'fixed',
        entry.path,
        `expected a link that the kernel can delete, got ${link.name}, which has no kind`,
      )
    else if (mustGo) removed.push({ link, entry, isRecreated: !entry.absent })
    else for (const { type, key, message } of found) planning.conflict(type, `${entry.path}.${key}`, message)
  }
  const gone = new Set(removed.map(({ link }) => link.index))
  for (const { link, entry } of removed)
    for (const upper of snapshot.links)
      if (upper.link === link.index && upper.linkNetnsid === undefined && !isPair(upper.kind) && !gone.has(upper.index))
        planning.conflict(
          'in-use',
          entry.path,
          `expected no link above ${link.name}, got ${upper.name}, which would be deleted too`,
        )
  for (const { link } of removed) snapshot.drop(link)
  return removed
}

/** Returns the links that must exist. Adds those that the plan creates to the snapshot. */
function presentLinks(planning: Planning, specs: readonly LinkSpec[]): PlannedLinks {
  const { snapshot } = planning
  const links: PlannedLinks = new Map()
  const present = specs.filter(({ entry }) => !entry.absent)
  const isKnown = ({ spec }: LinkSpec) => snapshot.named(spec.name) !== undefined
  const knownNames = new Set(present.filter(isKnown).map(({ spec }) => spec.name))
  const owners = new Map(
    present.flatMap(({ entry, spec }) =>
      !knownNames.has(spec.name) && spec.peer?.name ? [[spec.peer.name, { entry, spec, isSame: false }]] : [],
    ),
  ) as Map<string, LinkSpec>
  for (const { entry, spec, isSame } of present) {
    const owner = knownNames.has(spec.name) ? undefined : owners.get(spec.name)
    // If each end of a pair names the other one, the first creates both.
    const isOwned = owner !== undefined && (spec.peer?.name === undefined || links.has(owner.spec.name))
    if (isOwned) {
      links.set(spec.name, { entry, spec, isKnown: false, isSame, owner: undefined, drafts: {} })
      continue
    }
    if (!knownNames.has(spec.name) && spec.kind === undefined) {
      planning.conflict(
        'reference',
        `${entry.path}.name`,
        `no link ${JSON.stringify(spec.name)}, and no kind to create it`,
      )
      continue
    }
    links.set(spec.name, { entry, spec, isKnown: knownNames.has(spec.name), isSame, owner: undefined, drafts: {} })
    if (!knownNames.has(spec.name)) addVirtual(planning, spec)
  }
  for (const [name, { spec }] of owners) adoptPeer(planning, links, name, spec)
  return links
}

/** Adds the other end of a new pair to the snapshot, and connects its spec, if it has one, with that of its owner. */
function adoptPeer(planning: Planning, links: PlannedLinks, name: string, spec: AnyNewLink): void {
  const owner = links.get(spec.name)
  const own = links.get(name)
  if (owner === undefined || own?.isKnown || planning.snapshot.named(name) !== undefined) return
  const { up: _, netns, index: __, ...settings } = spec.peer ?? {}
  if (netns !== undefined) return
  addVirtual(planning, { ...settings, name, kind: spec.kind })
  if (own) links.set(name, { ...own, owner })
}

function addVirtual({ snapshot }: Planning, spec: AnyNewLink): void {
  const { attrs } = encodeLink(withPlaceholders(creationOf(spec)))
  const message = { index: snapshot.virtualIndex(), flags: 0, family: 0, type: 1, change: 0, attrs }
  snapshot.add(toLink(message as unknown as LinkMessage))
}
