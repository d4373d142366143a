/**
 * Closes what an object owns when the object was collected without having been closed. It is registered with a function that
 * closes, which is also its token; the function must not refer to the object, and must do nothing when it is called again.
 */
export const forgotten = new FinalizationRegistry<() => void>((close) => close())
