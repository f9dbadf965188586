/** The embedded network that takes least time: for tests that need any. */
export const FAST = 'mobilenet_v1_025_224';
