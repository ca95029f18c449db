"""The styles: files under comfyui/styles/, one named look each."""

from shared.styles.catalogue import checked_styles as checked_styles
from shared.styles.catalogue import offered_style as offered_style
from shared.styles.catalogue import offered_styles as offered_styles
from shared.styles.catalogue import scene_of as scene_of
from shared.styles.catalogue import style as style
from shared.styles.catalogue import styles as styles
from shared.styles.faults import Fault as Fault
from shared.styles.faults import StyleFileError as StyleFileError
from shared.styles.model import Style as Style
from shared.styles.model import Words as Words
from shared.styles.reading import read_style as read_style
