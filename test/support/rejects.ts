import * as assert from 'uvu/assert'

/** Waits until a promise is rejected with an error of that `code`, or with a matching message. Returns the error. */
export async function rejects(promise: Promise<unknown>, expected: string | RegExp): Promise<unknown> {
  let error: unknown
  try {
    await promise
  } catch (thrown) {
    error = thrown
  }
  assert.ok(error !== undefined, `expected a rejection, ${expected}`)
  if (typeof expected === 'string') assert.is((error as { code?: unknown }).code, expected, String(error))
  else assert.match(String(error), expected)
  return error
}
