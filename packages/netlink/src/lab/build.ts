import type { Netlink } from '../netlink.js'
import { LabError } from './error.js'
import { createdBy, placedLinks, sortLinks } from './graph.js'
import { items, lists, splitLink } from './items.js'
import { writeSysctl } from './sysctl.js'
import type { LabSpec } from './types.js'

/** A namespace under construction. */
export interface Site {
  readonly path: string
  readonly nl: Netlink
  run<T>(fn: () => T): T
}

/** The namespaces under construction, by name. */
export type Sites = Readonly<Record<string, Site>>

/** Adds the path of the description to an error. @throws {LabError} */
function within<T>(path: string, step: () => T): T {
  try {
    return step()
  } catch (error) {
    throw new LabError([{ path, reason: error instanceof Error ? error.message : String(error) }], { cause: error })
  }
}

const siteOf = (sites: Sites, name: string) => sites[name] as Site

/** Without it, an IPv6 address would be usable a second after it was added. */
const noDuplicateAddressDetection = ['all', 'default'].map((scope) => `net.ipv6.conf.${scope}.accept_dad`)

function prepare(spec: LabSpec, sites: Sites): void {
  for (const name of Object.keys(spec))
    within(name, () => {
      const { nl, run } = siteOf(sites, name)
      run(() => {
        for (const setting of noDuplicateAddressDetection) writeSysctl(setting, 0)
      })
      nl.link.setSync('lo', { up: true })
    })
}

function configure(spec: LabSpec, sites: Sites): void {
  for (const [name, { forwarding = false, sysctls = {} }] of Object.entries(spec)) {
    const given = Object.entries(sysctls)
    const forward = ['net.ipv4.ip_forward', 'net.ipv6.conf.all.forwarding'].map((setting) => [setting, 1] as const)
    for (const [setting, value] of [...(forwarding ? forward : []), ...given])
      within(`${name}.sysctls > ${setting}`, () => siteOf(sites, name).run(() => writeSysctl(setting, value)))
  }
}

function addLinks(spec: LabSpec, sites: Sites): void {
  const placed = sortLinks(placedLinks(spec))
  for (const { namespace, path, link } of placed)
    within(path, () => {
      const { created } = splitLink(link)
      const peer = created.peer && { ...created.peer, netns: link.peer?.netns && siteOf(sites, link.peer.netns).path }
      siteOf(sites, namespace).nl.link.addSync({ ...created, peer } as never)
    })
  for (const { namespace, path, link } of placed) {
    const { port } = splitLink(link)
    if (port.master !== undefined)
      within(path, () => siteOf(sites, namespace).nl.link.setSync(link.name, port as never))
  }
  configure(spec, sites)
  for (const each of placed)
    for (const [index, [namespace, name]] of createdBy(each).entries())
      if (splitLink(each.link).ends[index]?.isUp)
        within(each.path, () => siteOf(sites, namespace).nl.link.setSync(name, { up: true }))
}

function addItems(spec: LabSpec, sites: Sites): void {
  // All addresses before all routes, because a gateway may be in a namespace that is described later.
  for (const list of lists)
    for (const [name, description] of Object.entries(spec))
      for (const [index, item] of (description[list] ?? []).entries())
        within(`${name}.${list}[${index}]`, () => items[list].add(siteOf(sites, name).nl, item as never))
}

/** Yields what is not ready yet, in words: links that wait for their carrier to be noticed, and tentative addresses. */
function* unsettled(sites: Sites): Generator<string> {
  for (const [name, { nl }] of Object.entries(sites)) {
    for (const link of nl.link.listSync({ up: true }))
      if (link.carrier && link.operstate === 'DOWN') yield `${name}: link ${link.name} is down, in spite of its carrier`
    for (const { address, flags } of nl.address.listSync())
      if (flags.includes('TENTATIVE') && !flags.includes('OPTIMISTIC')) yield `${name}: address ${address} is tentative`
  }
}

const POLL = 5

/**
 * Creates what a lab describes in its namespaces. Yields the milliseconds to wait, so that the caller decides how.
 * @throws {LabError} if a part fails, or if the lab does not settle
 */
export function* buildLab(spec: LabSpec, sites: Sites, settle: number): Generator<number, void> {
  prepare(spec, sites)
  addLinks(spec, sites)
  addItems(spec, sites)
  const until = performance.now() + settle
  for (;;) {
    const waiting = [...unsettled(sites)]
    if (waiting.length === 0) return
    if (performance.now() > until)
      throw new LabError(
        waiting.map((reason) => ({ path: '', reason: `expected it to settle in ${settle} ms: ${reason}` })),
      )
    yield POLL
  }
}
