"""Two microwave pulses and what a two-level system does: rotations of a Bloch vector.

The vector lives in the frame that turns with the microwave, in units of tanh(E/2T);
it points down before the pulses.  A pulse of Rabi frequency Ω_R turns it about the axis
(-Ω_R, 0, detuning), waiting turns it about the third axis.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from etm.checks import Array, Values, broadcastable, finite, non_negative, number, positive

__all__ = ["TwoPulses", "bloch_vector", "echo_factor"]


@dataclass(frozen=True)
class TwoPulses:
    """A spontaneous-echo experiment: two pulses and a waiting time between them.

    Parameters
    ----------
    frequency : float
        Of the microwave, ω/2π [Hz].
    tau1, tau2 : float
        Lengths of the pulses [s].
    tau12 : float
        Waiting time from the end of the first to the start of the second pulse [s].
    phase : float, optional
        Angle ω (τ2 - τ1) between the echo and the reference it is compared with [rad],
        π/2 unless given: then only systems that the pulses turn in resonance count.

    Raises
    ------
    ValueError
        For a number that is not finite, or not > 0 where it must be.

    Notes
    -----
    Source: Jug, Bonfanti & Kob 2016, eqs 74 and 77 and Table 8.
    """

    frequency: float
    tau1: float
    tau2: float
    tau12: float
    phase: float = np.pi / 2

    def __post_init__(self):
        for name in ("frequency", "tau1", "tau2", "tau12"):
            number(name, getattr(self, name), positive)
        number("phase", self.phase)

    @property
    def mean_delay(self) -> float:
        """τ̄12 = τ12 + (τ1 + τ2)/2 [s]; the echo comes at 2 τ̄12.

        Notes
        -----
        Source: Jug, Bonfanti & Kob 2016, below eq. 67.
        """
        return self.tau12 + (self.tau1 + self.tau2) / 2


def echo_factor(
    rabi: ArrayLike, detuning: ArrayLike, tau1: ArrayLike, tau2: ArrayLike
) -> tuple[Values, Values]:
    """What one system adds to the echo, in and out of phase.

    Parameters
    ----------
    rabi, detuning : array_like
        Rabi frequency Ω_R and detuning ω0 - ω [rad/s], not both zero.
    tau1, tau2 : array_like
        Lengths of the pulses [s]; all four broadcast.

    Returns
    -------
    S, C : ndarray or float
        (Ω_R/Ω_G)³ times sin θ1 sin²(θ2/2) and times
        -2 (detuning/Ω_G) sin²(θ1/2) sin²(θ2/2), with θ = Ω_G τ.

    Raises
    ------
    ValueError
        For entries that are not finite, a negative Ω_R or τ, or Ω_R = detuning = 0.

    Notes
    -----
    Source: Jug, Bonfanti & Kob 2016, eq. 77 (Jug 2018, eq. 32), where the
    detuning is printed over Ω_R.
    """
    rabi, detuning = non_negative("rabi", rabi), finite("detuning", detuning)
    tau1, tau2 = non_negative("tau1", tau1), non_negative("tau2", tau2)
    broadcastable(rabi=rabi, detuning=detuning, tau1=tau1, tau2=tau2)
    turn = np.hypot(rabi, detuning)
    if not np.all(turn > 0):
        raise ValueError("rabi = 0.0 and detuning = 0.0: one of them must not be 0")
    first, second = turn * tau1 / 2, turn * tau2 / 2
    common = (rabi / turn) ** 3 * np.sin(first) * np.sin(second) ** 2
    return 2 * common * np.cos(first), -2 * detuning / turn * common * np.sin(first)


def bloch_vector(
    rabi: ArrayLike, detuning: ArrayLike, t: ArrayLike, tau1: float, tau2: float, tau12: float
) -> Array:
    """Bloch vector at a time during the experiment.

    Parameters
    ----------
    rabi, detuning : array_like, shape (...)
        Rabi frequency and detuning [rad/s].
    t : array_like, shape (...)
        Time since the start of the first pulse [s]; it broadcasts with the others.
    tau1, tau2, tau12 : float
        Lengths of the pulses and of the wait between them [s].

    Returns
    -------
    ndarray, shape (..., 3)
        In phase, out of phase, and population; (0, 0, -1) at t <= 0.

    Raises
    ------
    ValueError
        For entries that are not finite, or a negative Ω_R or τ.

    Notes
    -----
    Source: the rotating-wave form of Jug, Bonfanti & Kob 2016, eqs 68 to 73.
    """
    rabi, detuning, t = non_negative("rabi", rabi), finite("detuning", detuning), finite("t", t)
    broadcastable(rabi=rabi, detuning=detuning, t=t)
    rabi, detuning, t = np.broadcast_arrays(rabi, detuning, t)
    vector = np.zeros((*t.shape, 3))
    vector[..., 2] = -1.0
    start = 0.0
    durations = [
        number(name, value, non_negative)
        for name, value in (("tau1", tau1), ("tau12", tau12), ("tau2", tau2))
    ]
    for duration, drive in zip((*durations, np.inf), (rabi, 0.0, rabi, 0.0), strict=True):
        vector = _turn(vector, drive, detuning, np.clip(t - start, 0.0, duration))
        start += duration
    return vector


def _turn(vector, drive, detuning, duration):
    """Rotate by |axis| times duration about the axis (-drive, 0, detuning)."""
    axis = np.stack(np.broadcast_arrays(-drive, 0.0, detuning), axis=-1)
    rate = np.linalg.norm(axis, axis=-1, keepdims=True)
    axis = axis / np.where(rate > 0, rate, 1.0)
    angle = rate * duration[..., None]
    along = np.sum(axis * vector, axis=-1, keepdims=True)
    turned = np.cos(angle) * vector + np.sin(angle) * np.cross(axis, vector)
    return turned + (1 - np.cos(angle)) * along * axis
