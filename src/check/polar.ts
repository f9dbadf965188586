// An image sampled on rings around its centre, to find the rotation and scale between two images
// (Fourier-Mellin: Reddy and
// Chatterji 1996, IEEE Trans. Image Processing 5(8), on the image itself instead of its spectrum).

import { type GreyImage, sampleGrey } from './grey.ts';

/** Rings, evenly spaced in the logarithm of the radius: a change of scale is a shift by rings. */
export const RINGS = 24;
/** Radii of the innermost and outermost ring, in units of half the image's shorter side. */
const [INNERMOST, OUTERMOST] = [0.1, 0.96];
/** From one ring to the next, a factor of 1.103. */
export const RING_STEP = (OUTERMOST / INNERMOST) ** (1 / (RINGS - 1));
/** Directions in which a ring is sampled: 2.8 degrees apart. */
const DIRECTIONS = 128;
/** Angular frequencies kept, from 1: finer ones do not survive enlarging. */
export const FREQUENCIES = 32;

/** Energy, in squared grey levels, below which rings hold only rounding errors. */
const BLANK = 1e-4;

const turns = Array.from({ length: DIRECTIONS }, (_, i) => (2 * Math.PI * i) / DIRECTIONS);
const COSINE = Float32Array.from(turns, Math.cos);
const SINE = Float32Array.from(turns, Math.sin);

/**
 * Fourier coefficients of the grey level along each ring, `[RINGS, FREQUENCIES, 2]`, real and
 * imaginary part, each ring weighted by its width. Without frequency 0, so brightness has no
 * effect.
 */
export type PolarSpectrum = Float32Array;

/** What is kept of an image for comparison: small and grey, and sampled on rings. */
export interface Sketch {
  readonly grey: GreyImage;
  readonly spectrum: PolarSpectrum;
}

export function polarSpectrum(image: GreyImage): PolarSpectrum {
  const spectrum = new Float32Array(RINGS * FREQUENCIES * 2);
  const ring = new Float32Array(DIRECTIONS);
  for (let r = 0; r < RINGS; r++) {
    const radius = INNERMOST * RING_STEP ** r;
    for (let a = 0; a < DIRECTIONS; a++) {
      ring[a] = sampleGrey(image, radius * COSINE[a], radius * SINE[a]);
    }
    for (let f = 1; f <= FREQUENCIES; f++) {
      let real = 0;
      let imaginary = 0;
      for (let a = 0; a < DIRECTIONS; a++) {
        const turn = (a * f) % DIRECTIONS;
        real += ring[a] * COSINE[turn];
        imaginary -= ring[a] * SINE[turn];
      }
      const at = (r * FREQUENCIES + f - 1) * 2;
      spectrum[at] = (radius * real) / DIRECTIONS;
      spectrum[at + 1] = (radius * imaginary) / DIRECTIONS;
    }
  }
  return spectrum;
}

/** How a second image is obtained from a first, around the centres of both. */
export interface Placement {
  /** Left and right are swapped, before the rotation. */
  readonly mirrored: boolean;
  /** Clockwise, 0..360. */
  readonly degrees: number;
  /** Enlargement, each image measured by its shorter side. */
  readonly scale: number;
  /** Correlation of the rings, -1..1. */
  readonly score: number;
}

const crossReal = new Float32Array(FREQUENCIES);
const crossImaginary = new Float32Array(FREQUENCIES);

/** @param shift ring r of the first is compared with ring r + shift of the second */
export function bestTurn(
  first: PolarSpectrum,
  second: PolarSpectrum,
  shift: number,
  mirrored: boolean,
): Placement {
  const energy = crossSpectrum(first, second, shift, mirrored);
  let best = Number.NEGATIVE_INFINITY;
  let direction = 0;
  for (let a = 0; a < DIRECTIONS; a++) {
    let sum = 0;
    for (let f = 1; f <= FREQUENCIES; f++) {
      const turn = (a * f) % DIRECTIONS;
      sum += crossReal[f - 1] * COSINE[turn] - crossImaginary[f - 1] * SINE[turn];
    }
    if (sum > best) [best, direction] = [sum, a];
  }
  return {
    mirrored,
    degrees: (360 * direction) / DIRECTIONS,
    scale: RING_STEP ** shift,
    score: energy > BLANK ? best / energy : -1,
  };
}

/** Fills `crossReal` and `crossImaginary`. @returns the geometric mean of both energies */
function crossSpectrum(
  first: PolarSpectrum,
  second: PolarSpectrum,
  shift: number,
  mirrored: boolean,
): number {
  crossReal.fill(0);
  crossImaginary.fill(0);
  let energyOfFirst = 0;
  let energyOfSecond = 0;
  for (let r = Math.max(0, -shift); r < Math.min(RINGS, RINGS - shift); r++) {
    for (let f = 0; f < FREQUENCIES; f++) {
      const i = (r * FREQUENCIES + f) * 2;
      const j = i + shift * FREQUENCIES * 2;
      // Mirrored, direction a becomes 180 degrees - a: conjugate, and odd frequencies change sign.
      const real = mirrored && f % 2 === 0 ? -first[i] : first[i];
      const imaginary = mirrored && f % 2 === 1 ? -first[i + 1] : first[i + 1];
      crossReal[f] += real * second[j] + imaginary * second[j + 1];
      crossImaginary[f] += real * second[j + 1] - imaginary * second[j];
      energyOfFirst += real * real + imaginary * imaginary;
      energyOfSecond += second[j] * second[j] + second[j + 1] * second[j + 1];
    }
  }
  // The sum over directions takes twice the real part of each frequency, in both.
  return Math.sqrt(energyOfFirst * energyOfSecond);
}
