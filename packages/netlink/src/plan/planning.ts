import type { Change } from '../api/run/ensure.js'
import type { Operation } from '../api/run/operation.js'
import { AmbiguousError } from '../api/run/selection.js'
import { ArgumentError } from '../codec/error.js'
import { NetlinkError } from '../message/index.js'
import type { QdiscMessage } from '../route/index.js'
import type { Conflict, ConflictType } from './conflict.js'
import type { CheckedState, Entry } from './desired.js'
import { IdClaims } from './id-claims.js'
import { identityOf } from './identity.js'
import type { Found, Spec } from './kinds.js'
import type { Snapshot } from './snapshot.js'
import { isMistake, mistakesIn } from './spec-mistakes.js'
import type { PlannedObject, Step } from './types.js'
import type { UndoRequest } from './undo.js'

/** A step before it is ordered among the others. */
export interface Draft {
  readonly object: PlannedObject
  readonly key: string
  readonly verb: Step['verb']
  readonly changes: readonly Change[]
  /** Steps without a dependency are ordered by it, then by their place in the desired state: {@link PHASE}. */
  readonly phase: number
  /** The steps that must be done before. */
  readonly needs: Set<Draft>
  readonly undo: Step['undo']
  readonly disrupts?: string | undefined
  readonly reason?: string | undefined
  /** The place in the desired state. */
  readonly path: string
  /** The names of the links that the step creates or changes. */
  readonly links: readonly string[]
  /** Does the step. Its reads are answered by a snapshot. */
  run(): Operation<unknown>
  /** Returns the requests that undo the step. Must run before the step. */
  reversal(): Operation<UndoRequest[]>
  /**
   * True if the object, whose links were requested again, is as it was before the step. For a step whose undo the kernel may refuse for the
   * reason that it refused the step.
   */
  isAsBefore?(): Operation<boolean>
}

/** A step of an object that is not a link, with the message of its request. */
export interface ObjectDraft extends Draft {
  /** The message of the object to add, or the one that exists. */
  readonly message: object
}

/** A qdisc whose step makes the kernel delete others. */
export interface DeletingQdisc {
  /** `replace`: as `recreate` allows. */
  readonly verb: 'replace' | 'change'
  readonly found: QdiscMessage
  readonly request: QdiscMessage
  /** The qdiscs in its classes that the kernel deletes, those of upper levels first. */
  readonly below: readonly QdiscMessage[]
}

/** The order of steps that do not depend on each other: what creates comes before what removes, in the reverse order. */
export const PHASE = {
  ...{
    recreate: 10,
    addLink: 20,
    setLink: 30,
    mtu: 40,
    member: 50,
    ports: 52,
    vlan: 55,
    globalVlan: 56,
    vni: 57,
    up: 60,
    address: 65,
    neighbour: 68,
    mdb: 69,
    nexthop: 70,
  },
  ...{ group: 71, onLink: 75, route: 76, rule: 80, qdisc: 85 },
  ...{ removeQdisc: 100, removeRule: 105, removeRoute: 110, removeGroup: 114, removeNexthop: 115 },
  ...{
    removeMdb: 117,
    removeNeighbour: 118,
    removeAddress: 120,
    removeVni: 122,
    removeVlan: 123,
    down: 125,
    removeLink: 130,
  },
} as const

/** An object of the desired state, for messages. */
type ReportedEntry = Pick<Entry, 'path' | 'kind' | 'spec'>

/** Errors of a lookup that mean that there is no such object: its link does not exist, or the kernel was built without its kind. */
const withoutObjects: readonly string[] = ['ENODEV', 'EOPNOTSUPP']

/** Errors that another attempt may not have: they are no property of an object. */
const temporary: readonly string[] = ['EAGAIN', 'EBUSY', 'EINTR', 'ENOBUFS', 'ENOMEM']

/** True for the refusal of a request that needs a capability. */
export const isForbidden = ({ code }: NetlinkError) => code === 'EPERM' || code === 'EACCES'

/** Collects steps, conflicts, and mistakes in specs. */
export class Planning {
  readonly drafts: Draft[] = []
  readonly conflicts: Conflict[] = []
  /** A mistake may be found twice, in different checks of a spec. */
  readonly #mistakes: Set<string>
  unchanged = 0
  /** Objects that are as desired, other than links. */
  readonly present: Pick<ObjectDraft, 'object' | 'path' | 'message'>[] = []
  /** Messages of the objects that the desired state names. */
  readonly claimed = new Map<object, PlannedObject>()
  /** Messages of the objects that are removed. */
  readonly removed = new Map<object, PlannedObject>()
  /** Qdiscs whose steps delete others, by their place in the desired state. */
  deletingQdiscs: ReadonlyMap<Entry, DeletingQdisc> = new Map()
  /** Identities of the claimed objects, as far as {@link isClaimed} needed them. Most plans need none. */
  readonly #claimedIdentities = new Set<string>()
  readonly #unidentified: object[] = []
  readonly #identities = new Map<string, string>()
  readonly #reported = new Set<string>()
  readonly #ids = new IdClaims()

  constructor(
    readonly snapshot: Snapshot,
    readonly state: CheckedState,
  ) {
    this.#mistakes = new Set(state.mistakes)
  }

  /** Adds a conflict, unless another check has found it too. */
  conflict(type: ConflictType, path: string, message: string): void {
    const text = `${type} ${path} ${message}`
    if (this.#reported.has(text)) return
    this.#reported.add(text)
    this.conflicts.push({ type, path, message })
  }

  add<D extends Draft>(draft: D): D {
    this.drafts.push(draft)
    return draft
  }

  /** Marks an object as one that the desired state names. */
  claim(object: PlannedObject, found: Found | undefined): void {
    if (found !== undefined) this.claimMessage(object, found.message)
  }

  /** Marks the object of a message as one that the desired state names. */
  claimMessage(object: PlannedObject, message: object): void {
    this.claimed.set(message, object)
    this.#unidentified.push(message)
  }

  /** True for an object that the desired state names. Dumps with different filters have different messages of it. */
  isClaimed(object: PlannedObject, message: object): boolean {
    if (this.claimed.has(message)) return true
    for (const each of this.#unidentified.splice(0))
      this.#claimedIdentities.add(identityOf(this.claimed.get(each) ?? object, each))
    return this.#claimedIdentities.has(identityOf(object, message))
  }

  /** Returns false, and adds a conflict, if another spec has the identity. */
  isFirst(identity: string, path: string): boolean {
    const other = this.#identities.get(identity)
    if (other === undefined) {
      this.#identities.set(identity, path)
      return true
    }
    this.conflict('duplicate', path, `expected one spec of each object, got another one at ${other}`)
    return false
  }

  /** Returns false, and adds a conflict, if another spec names one of the VLANs or VNIs of a message. */
  claimIds(object: PlannedObject, message: object, path: string, isAbsent = false): boolean {
    const other = this.#ids.add(object, message, path, isAbsent)
    if (other === undefined) return true
    this.conflict(
      'duplicate',
      path,
      `expected one spec of each ${object}${object === 'vlan' ? ', and one with pvid' : ''}, got another one at ${other}`,
    )
    return false
  }

  /**
   * Runs an operation of an object's spec on the snapshot. What is wrong with the spec is collected; the result is undefined then.
   */
  *checked<T>(entry: ReportedEntry, operationOf: (spec: Spec) => Operation<T>): Operation<T | undefined> {
    const { snapshot } = this
    try {
      return yield* snapshot.through(operationOf(entry.spec))
    } catch (error) {
      if (!isMistake(error)) this.#collect(entry, error)
      else
        for (const each of yield* mistakesIn(entry.spec, error, (spec) => snapshot.through(operationOf(spec))))
          this.#mistakes.add(`${entry.path}: ${each}`)
      return undefined
    }
  }

  /** Runs an operation that looks up an object that must not exist. Without its link, or in a kernel without its kind, there is none. */
  *absent<T>(entry: ReportedEntry, find: (spec: Spec) => Operation<T | undefined>) {
    return yield* this.checked(entry, function* (spec): Operation<{ readonly found: T | undefined }> {
      try {
        return { found: yield* find(spec) }
      } catch (error) {
        if (error instanceof NetlinkError && withoutObjects.includes(error.code)) return { found: undefined }
        throw error
      }
    })
  }

  #collect({ path, kind }: ReportedEntry, error: unknown): void {
    if (error instanceof AmbiguousError) this.conflict('ambiguous', path, error.message)
    else if (!(error instanceof NetlinkError) || temporary.includes(error.code)) throw error
    else {
      const place = error.attribute === undefined ? path : `${path}.${error.attribute}`
      const reason = error.explanation ?? error.message
      if (error.code === 'ENODEV') this.conflict('reference', place, reason)
      else if (error.code === 'EEXIST')
        this.conflict('kind', path, kind.object === 'qdisc' ? `${reason}; recreate: true replaces it` : reason)
      else this.conflict(isForbidden(error) ? 'permission' : 'refused', place, error.message)
    }
  }

  /** Throws all mistakes that were found in specs. @throws {TypeError} */
  throwMistakes(): void {
    if (this.#mistakes.size > 0) throw new ArgumentError([...this.#mistakes].join('; '))
  }
}

/** Returns the changes of a new object: its options, without `before`. */
export function changesOfNew(spec: Readonly<Record<string, unknown>>, without: readonly string[]): Change[] {
  return Object.entries(spec).flatMap(([key, after]): Change[] => {
    if (after === undefined || without.includes(key)) return []
    const isNested = ['data', 'slaveData', 'flags', 'options'].includes(key) && isPlain(after)
    if (!isNested) return [{ key, before: undefined, after }]
    return Object.entries(after).map(([inner, value]) => ({ key: `${key}.${inner}`, before: undefined, after: value }))
  })
}

const isPlain = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
