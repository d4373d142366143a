import type { AnyConnection } from '../api/run/operation.js'
import { toJson } from '../codec/json.js'
import type { NetnsDescriptor } from '../socket/transport.js'
import type { Built } from './build.js'
import type { Conflict } from './conflict.js'
import type { CheckedState } from './desired.js'
import { PlanBusyError } from './errors.js'
import { print } from './print.js'
import type { Applied, AppliedSync, ApplyOptions, ApplyOptionsSync, Plan, PlanJson, Step } from './types.js'

/** The connection and the desired state of a plan. */
export interface PlanContext {
  readonly connection: AnyConnection
  readonly state: CheckedState
  /** Opens a descriptor of the namespace of the connection; undefined for a connection that is not the kernel's. */
  readonly openNetns: (() => NetnsDescriptor) | undefined
}

/** Applies a plan: `apply.ts`. It is passed to the constructor, because it creates plans itself. */
export interface Applier {
  apply(plan: PlannedState, options?: ApplyOptions): Promise<Applied>
  applySync(plan: PlannedState, options?: ApplyOptionsSync): AppliedSync
}

/** A plan that was built from a snapshot. */
export class PlannedState implements Plan {
  readonly steps: readonly Step[]
  readonly conflicts: readonly Conflict[]
  readonly unchanged: number
  readonly others: number
  readonly #context: PlanContext
  readonly #applier: Applier
  #isApplying = false

  constructor({ steps, conflicts, unchanged, others }: Built, context: PlanContext, applier: Applier) {
    this.steps = steps
    this.conflicts = conflicts
    this.unchanged = unchanged
    this.others = others
    this.#context = context
    this.#applier = applier
  }

  get isEmpty(): boolean {
    return this.steps.length === 0 && this.conflicts.length === 0
  }

  static contextOf(plan: PlannedState): PlanContext {
    return plan.#context
  }

  /** Marks the plan as one whose steps are done. Returns a function that ends that. @throws {PlanBusyError} if another call does them @internal */
  begin(): () => void {
    if (this.#isApplying) throw new PlanBusyError(process.pid, undefined)
    this.#isApplying = true
    return () => {
      this.#isApplying = false
    }
  }

  apply(options?: ApplyOptions): Promise<Applied> {
    return this.#applier.apply(this, options)
  }

  applySync(options?: ApplyOptionsSync): AppliedSync {
    return this.#applier.applySync(this, options)
  }

  toString(): string {
    return print(this)
  }

  toJSON(): PlanJson {
    const { steps, conflicts, unchanged, others } = this
    return toJson({ steps, conflicts, unchanged, others }) as PlanJson
  }
}
