let allowed: boolean | undefined

/**
 * True if `new Function` is allowed. It is not under `node --disallow-code-generation-from-strings`, and on pages whose
 * Content-Security-Policy lacks `unsafe-eval`. Tries only once, because browsers report each violation of the policy.
 */
export function mayGenerateCode(): boolean {
  allowed ??= attempt('') !== undefined
  return allowed
}

/**
 * Creates a function from source text. Returns undefined if code generation is not allowed.
 * @throws {SyntaxError} if the text is not valid
 */
export function functionOf(parameters: readonly string[], body: string): ((...args: unknown[]) => unknown) | undefined {
  if (!mayGenerateCode()) return undefined
  const made = attempt(body, parameters)
  // A page can set its policy after code generation was allowed.
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
