/**
 * Closes the resources of garbage-collected objects that were not closed. Register an object with the function that closes
 * its resources; the function is also the unregister token. It must not refer to the object, and a second call must do
 * nothing.
 */
export const forgotten = new FinalizationRegistry<() => void>((close) => close())
