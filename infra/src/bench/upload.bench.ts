import type { Line } from './line';
export const measure = async (): Promise<Line[]> => [];
