/** Thrown by the worker. The page shows its message. */
export class ViewerError extends Error {
  override readonly name = 'ViewerError'
  readonly code = 'ERR_NETLOOM_VIEWER'
}
