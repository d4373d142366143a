import type { Callback, Context, Test } from 'uvu'

const errorOf = (thrown: unknown) => (thrown instanceof Error ? thrown : new Error(String(thrown)))

/** Runs a function. Returns its error, or undefined. */
const errorIn = async (run: () => unknown): Promise<Error | undefined> => {
  try {
    await run()
    return undefined
  } catch (error) {
    return errorOf(error)
  }
}

/**
 * Returns a suite whose tests are followed by `after`, like those with `test.after.each`. uvu prints nothing and skips the other tests
 * if both a test and that hook throw. Here such a test fails with both messages.
 */
export function withAfterEach<T = Context>(suite: Test<T>, after: () => unknown): Test<T> {
  const followed = (body: Callback<T>): Callback<T> => {
    return async (context) => {
      const [failure, later] = [await errorIn(() => body(context)), await errorIn(after)]
      if (failure && later) failure.message += `\nafter the test: ${later.message}`
      if (failure ?? later) throw failure ?? later
    }
  }
  const test = (name: string, body: Callback<T>) => suite(name, followed(body))
  return Object.assign(test, suite) as unknown as Test<T>
}
