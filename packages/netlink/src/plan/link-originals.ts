import { changeLink, completeChanges } from '../api/link/change.js'
import { asNewLink } from '../api/link/copy.js'
import type { AnyLinkChange, AnyNewLink, Link, NewVf } from '../api/link/types.js'
import type { Operation } from '../api/run/operation.js'
import type { Comparison } from '../api/values/compare.js'
import { IFF } from '../route/index.js'
import { couplings } from './link-facts.js'
import type { Part } from './link-part.js'
import { changesOf, type UndoRequest } from './undo.js'

/** Returns the requests that give a link the properties that it had. */
export function* reversalOf(
  { found, differences, down }: Part,
  spec: AnyNewLink,
  lost: readonly UndoRequest[],
): Operation<UndoRequest[]> {
  const request = (name: string, value: unknown, options: UndoRequest['options'] = {}): UndoRequest => ({
    ...{ name, value, options, tolerated: [] },
  })
  const changes: UndoRequest[] = []
  for (const stage of stagesOf(found, originalsOf(found, spec, differences))) {
    const sent = yield* changesOf(changeLink({ index: found.index }, completeChanges(found, stage)))
    changes.push(...sent.map(({ name, value, options }) => ({ name, value, options, tolerated: refusalsOf(found) })))
  }
  const flags = (up: boolean) => request('RTM_NEWLINK', { index: found.index, flags: up ? IFF.UP : 0, change: IFF.UP })
  return [
    ...(down === undefined ? [] : [flags(false)]),
    ...changes,
    ...altNamesOf(found.index, differences),
    ...(down === undefined ? [] : [flags(true)]),
    ...lost,
  ]
}

const couplingOf = ({ kind }: Link) =>
  kind !== undefined && Object.hasOwn(couplings, kind) ? couplings[kind] : undefined

/** Returns the codes with which the kernel refuses options that have no meaning in the mode of the link. */
const refusalsOf = (found: Link) => (couplingOf(found) === undefined ? [] : ['EACCES'])

/**
 * Splits the change that restores a link. The mode follows the options that the kernel may accept only in the mode that the step has set.
 * Options that the kernel has set along with others come last, one by one: a request may not contain all of them.
 */
function stagesOf(found: Link, changes: AnyLinkChange): AnyLinkChange[] {
  const { data, ...rest } = changes
  const coupling = couplingOf(found)
  if (coupling === undefined || data === undefined) return [changes]
  const known = { ...found.data } as Readonly<Record<string, unknown>>
  const only = (key: string): AnyLinkChange => ({ kind: rest.kind, data: { [key]: known[key] } })
  const keys = Object.keys(data)
  const others = Object.fromEntries(Object.entries(data).filter(([key]) => key !== coupling.mode))
  const coupled = new Set(keys.flatMap((key) => coupling.sets[key] ?? []))
  return [
    { ...rest, data: others },
    ...keys.filter((key) => key === coupling.mode).map(only),
    ...[...coupled].filter((key) => known[key] !== undefined).map(only),
  ]
}

/** Returns the requests that restore the alternative names of a link. */
function altNamesOf(index: number, differences: readonly Comparison[]): UndoRequest[] {
  const { wanted, actual } = differences.find(({ key }) => key === 'altNames') ?? {}
  const [after = [], before = []] = [wanted, actual] as (readonly string[] | undefined)[]
  const request = (name: string, altName: string, options: UndoRequest['options'], tolerated: string): UndoRequest => ({
    ...{ name, value: { index, attrs: { propList: { altIfname: [altName] } } }, options, tolerated: [tolerated] },
  })
  const adding = { create: true, excl: true, append: true }
  return [
    ...after.filter((each) => !before.includes(each)).map((each) => request('RTM_DELLINKPROP', each, {}, 'ENOENT')),
    ...before.filter((each) => !after.includes(each)).map((each) => request('RTM_NEWLINKPROP', each, adding, 'EEXIST')),
  ]
}

/** Returns the change to the properties that a link had. */
function originalsOf(found: Link, { kind, xdp }: AnyNewLink, differences: readonly Comparison[]): AnyLinkChange {
  const original: Record<string, unknown> = {}
  const hasMaster = differences.some(({ key }) => key === 'master')
  for (const { key, actual } of differences) {
    const [outer = '', inner] = key.split('.')
    if (key === 'altNames' || outer === 'vfs') continue
    // There is no descriptor of a program that ran before.
    if (key === 'xdp') {
      if (actual === 0) original.xdp = { fd: -1, mode: xdp?.mode }
      continue
    }
    if (inner === undefined) original[outer] = actual
    // The data of a port belongs to its master: without one it has none.
    else if (outer !== 'slaveData' || found.slaveData !== undefined)
      original[outer] = { ...(original[outer] as object | undefined), [inner]: actual }
  }
  const port = hasMaster && found.master !== undefined ? asNewLink(found as unknown as AnyNewLink) : undefined
  const slaveData = hasMaster ? port?.slaveData : original.slaveData
  const vfs = originalVfs(found, differences)
  return {
    ...original,
    ...(vfs.length > 0 && { vfs }),
    slaveData: slaveData as object | undefined,
    ...((original.data !== undefined || original.link !== undefined) && { kind: found.kind ?? kind }),
    ...(slaveData !== undefined && { slaveKind: found.slaveKind }),
  }
}

/** Returns the settings that virtual functions had. A VLAN is set with its priority and protocol. */
function originalVfs({ vfs = [] }: Link, differences: readonly Comparison[]): NewVf[] {
  return vfs.flatMap(({ vf, ...settings }): NewVf[] => {
    const keys = differences.filter(({ key }) => key.startsWith(`vfs.${vf}.`)).map(({ key }) => key.split('.')[2])
    const isChanged = (key: string) => keys.includes(key === 'qos' || key === 'vlanProtocol' ? 'vlan' : key)
    const own = Object.fromEntries(Object.entries(settings).filter(([key]) => isChanged(key)))
    return keys.length > 0 ? [{ vf, ...own }] : []
  })
}
