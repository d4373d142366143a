let allowed: boolean | undefined

/**
 * True if functions can be created from text. False under `node --disallow-code-generation-from-strings` and on pages whose
 * Content-Security-Policy lacks `unsafe-eval`. Tries only once, because a page reports each attempt.
 */
export function mayGenerateCode(): boolean {
  allowed ??= attempt('') !== undefined
  return allowed
}

/** Creates a function from text. Returns nothing if code generation is not allowed. @throws {SyntaxError} */
export function functionOf(parameters: readonly string[], body: string): ((...args: unknown[]) => unknown) | undefined {
  if (!mayGenerateCode()) return undefined
  const made = attempt(body, parameters)
  // A page may get its policy later.
  if (made === undefined) allowed = false
  return made
}

function attempt(body: string, parameters: readonly string[] = []): ((...args: unknown[]) => unknown) | undefined {
  try {
    return new Function(...parameters, body) as (...args: unknown[]) => unknown
  } catch (error) {
    if (error instanceof SyntaxError) throw error
    return undefined
  }
}
