import type { Operation } from '../api/run/operation.js'
import { isRecord, shortened, show } from '../codec/error.js'
import { LabError, type LabFault } from './error.js'
import { createdBy, lowerLinks, type Placed, placedLinks, sortLinks } from './graph.js'
import { items, linkOperation, lists } from './items.js'
import { isNetSysctl } from './sysctl.js'
import type { LabSpec } from './types.js'

const namespaceKeys = ['links', ...lists, 'forwarding', 'sysctls']

/** Keys of objects that refer to a link by its name. */
const deviceKeys = ['dev', 'via', 'master'] as const

/** Collects the faults of a description. */
class Checker {
  readonly faults: LabFault[] = []
  /** Names of the links of each namespace. */
  readonly #links = new Map<string, Set<unknown>>()

  add(path: string, reason: string): void {
    this.faults.push({ path, reason })
  }

  /** Checks the types that the rest relies on. Returns false if they are wrong. */
  checkShape(spec: unknown): spec is LabSpec {
    if (!isRecord(spec)) this.add('', `expected an object with the namespaces of a lab, got ${show(spec)}`)
    else for (const [name, namespace] of Object.entries(spec)) this.#checkNamespace(name, namespace)
    return this.faults.length === 0
  }

  #checkNamespace(name: string, namespace: unknown): void {
    if (!/^[\w.-]{1,64}$/.test(name) || /^\.+$/.test(name))
      this.add(shortened(name), "expected the name of a namespace to be 1 to 64 letters, digits, '.', '_' and '-'")
    if (!isRecord(namespace)) this.add(name, `expected an object, got ${show(namespace)}`)
    else this.#checkKeys(name, namespace)
  }

  #checkKeys(name: string, namespace: Record<string, unknown>): void {
    for (const [key, value] of Object.entries(namespace)) {
      if (!namespaceKeys.includes(key))
        this.add(name, `expected the keys ${namespaceKeys.join(', ')}, got '${shortened(key)}'`)
      else if (value !== undefined) this.#checkMember(`${name}.${key}`, key, value)
    }
  }

  #checkMember(path: string, key: string, value: unknown): void {
    if (key === 'forwarding') {
      if (typeof value !== 'boolean') this.add(path, `expected true or false, got ${show(value)}`)
    } else if (key === 'sysctls') this.#checkSysctls(path, value)
    else if (!Array.isArray(value)) this.add(path, `expected a list, got ${show(value)}`)
    else
      for (const [index, item] of value.entries())
        if (!isRecord(item)) this.add(`${path}[${index}]`, `expected an object, got ${show(item)}`)
        else if (key === 'links') this.#checkLinkShape(`${path}[${index}]`, item)
  }

  #checkLinkShape(path: string, { name, kind, peer }: Record<string, unknown>): void {
    if (typeof name !== 'string') this.add(`${path}.name`, `expected the name of a link, got ${show(name)}`)
    if (typeof kind !== 'string') this.add(`${path}.kind`, `expected the kind of a link, got ${show(kind)}`)
    if (peer === undefined) return
    if (!isRecord(peer)) this.add(`${path}.peer`, `expected an object, got ${show(peer)}`)
    else if (typeof peer.name !== 'string')
      this.add(`${path}.peer.name`, `expected the name of a link, got ${show(peer.name)}`)
  }

  #checkSysctls(path: string, value: unknown): void {
    if (!isRecord(value)) this.add(path, `expected an object, got ${show(value)}`)
    for (const [name, setting] of Object.entries(isRecord(value) ? value : {})) {
      if (!isNetSysctl(name))
        this.add(path, `expected a setting below net, such as net.ipv4.ip_forward, got ${show(name)}`)
      if (typeof setting !== 'string' && !Number.isFinite(setting))
        this.add(`${path} > ${shortened(name)}`, `expected a text or a number, got ${show(setting)}`)
    }
  }

  /** Checks links and their names. */
  checkLinks(spec: LabSpec): void {
    for (const name of Object.keys(spec)) this.#links.set(name, new Set(['lo']))
    const links = placedLinks(spec)
    for (const placed of links) this.#checkLink(placed)
    for (const { path, namespace, link } of links)
      for (const [key, ref] of [...lowerLinks(link), ['master', link.master] as const])
        this.#checkReference(`${path}.${key}`, namespace, ref)
    if (this.faults.length > 0) return
    const sorted = new Set(sortLinks(links))
    for (const each of links)
      if (!sorted.has(each))
        this.add(`${each.path}.link`, `expected links below ${each.link.name} that are not above it, got a circle`)
  }

  #checkLink(placed: Placed): void {
    const { path, link } = placed
    if (link.netns === undefined) this.#run(path, () => linkOperation(link))
    else this.add(`${path}.netns`, `expected none, as only peers are in other namespaces, got ${show(link.netns)}`)
    for (const [index, [namespace, name]] of createdBy(placed).entries()) {
      const names = this.#links.get(namespace)
      const at = index === 0 ? path : `${path}.peer`
      if (names === undefined)
        this.add(`${at}.netns`, `expected one of ${[...this.#links.keys()].join(', ')}, got ${show(namespace)}`)
      else if (names.has(name))
        this.add(`${at}.name`, `expected a name that no other link of ${namespace} has, got ${show(name)}`)
      names?.add(name)
    }
    for (const altName of link.altNames ?? []) this.#links.get(placed.namespace)?.add(altName)
  }

  /** Checks the other objects. */
  checkItems(spec: LabSpec): void {
    for (const [namespace, description] of Object.entries(spec))
      for (const list of lists)
        for (const [index, item] of (description[list] ?? []).entries())
          this.#checkItem(
            `${namespace}.${list}[${index}]`,
            namespace,
            item,
            items[list].operation as (item: object) => Operation<unknown>,
          )
  }

  #checkItem(path: string, namespace: string, item: object, operation: (item: object) => Operation<unknown>): void {
    this.#run(path, () => operation(item))
    const { multipath = [] } = item as { readonly multipath?: unknown }
    const objects = Array.isArray(multipath) ? multipath.filter(isRecord) : []
    for (const [at, object] of [
      [path, item] as const,
      ...objects.map((each, to) => [`${path}.multipath[${to}]`, each] as const),
    ])
      for (const key of deviceKeys) {
        // `via` of a route is an address.
        const ref: unknown = (object as Record<string, unknown>)[key]
        if (key !== 'via' || 'lladdr' in object) this.#checkReference(`${at}.${key}`, namespace, ref)
      }
  }

  #checkReference(path: string, namespace: string, ref: unknown): void {
    const names = this.#links.get(namespace)
    if (ref === undefined || ref === 0 || names === undefined || names.has(ref)) return
    this.add(path, `expected a link of ${namespace}: ${[...names].join(', ')}, got ${show(ref)}`)
  }

  /** Runs an operation up to its first request: it checks its argument before. */
  #run(path: string, start: () => Operation<unknown>): void {
    try {
      const operation = start()
      operation.next()
      operation.return(undefined)
    } catch (error) {
      this.add(path, error instanceof Error ? error.message : String(error))
    }
  }
}

/** Checks the description of a lab. @throws {LabError} with all faults */
export function checkSpec(spec: LabSpec): void {
  const checker = new Checker()
  if (checker.checkShape(spec)) {
    checker.checkLinks(spec)
    checker.checkItems(spec)
  }
  if (checker.faults.length > 0) throw new LabError(checker.faults)
}
