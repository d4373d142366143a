import type { TimeoutOptions, WaitOptions } from '@netloom/netlink'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Rows } from '../../packages/netlink/dist/api/run/bind.js'
import type { Operation } from '../../packages/netlink/dist/api/run/operation.js'
import '../support/built.js'

/** The compiler compares the interface of an object's operations with their implementations: `npm run lint` checks the comments. */
const test = suite('interfaces of operations')

interface Valid {
  find(name: string, filter?: number, options?: WaitOptions): Promise<boolean>
  findSync(name: string, filter?: number, options?: TimeoutOptions): boolean
}

/** Its synchronous form has another result. */
interface OtherResult {
  find(name: string, options?: WaitOptions): Promise<boolean>
  findSync(name: string, options?: TimeoutOptions): number
}

/** Its synchronous form requires a parameter that the asynchronous one does not. */
interface OtherParameters {
  find(name?: string, options?: WaitOptions): Promise<boolean>
  findSync(name: string, options?: TimeoutOptions): boolean
}

interface WithoutSynchronousForm {
  find(name: string, options?: WaitOptions): Promise<boolean>
}

type Find<A extends readonly unknown[]> = (...args: A) => Operation<boolean>

/** Is never called: the compiler checks its body. */
function compiled(find: Find<[name: string, filter?: number]>, required: Find<[name: string, filter: number]>): void {
  const valid: Rows<Valid> = { find: { arguments: 2, run: find } }
  assert.ok(valid)
  // @ts-expect-error the implementation requires an optional parameter
  const strict: Rows<Valid> = { find: { arguments: 2, run: required } }
  // @ts-expect-error another number of arguments
  const count: Rows<Valid> = { find: { arguments: 1, run: find } }
  // @ts-expect-error no implementation
  const missing: Rows<Valid> = {}
  // @ts-expect-error the forms differ in their result
  const result: Rows<OtherResult> = { find: { arguments: 1, run: find } }
  // @ts-expect-error the forms differ in their parameters
  const parameters: Rows<OtherParameters> = { find: { arguments: 1, run: find } }
  // @ts-expect-error an operation has two forms
  const single: Rows<WithoutSynchronousForm> = { find: { arguments: 1, run: find } }
  assert.ok([strict, count, missing, result, parameters, single])
}

test('differences between an interface and its implementations do not compile', () => assert.type(compiled, 'function'))

test.run()
