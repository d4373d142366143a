/** Thrown if the machine lacks something that `netloom trace` needs: a tool, a module or a capability. */
export class TraceError extends Error {
  override readonly name = 'TraceError'
  readonly code = 'ERR_NETLOOM_TRACE'
}
