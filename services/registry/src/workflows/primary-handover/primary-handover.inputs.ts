/** `request`: who asks for which child. The other commands say nothing more. */
export interface RequestHandover {
  childId: string;
  institutionId: string;
  schoolId: string;
  holderPath: string;
}

export type HandoverInput = Partial<RequestHandover> & { reason?: string };
